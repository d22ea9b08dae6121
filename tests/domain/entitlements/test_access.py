from datetime import timedelta

import pytest
from sqlalchemy import event

from saas_app.core import clock, db
from saas_app.core.db import snapshot, transaction
from saas_app.entitlements import access, refresh, summary, usage
from saas_app.entitlements.models import EntitlementOverride
from saas_app.plans.access import Reason, Status
from saas_app.plans.features import Feature
from tests.domain.entitlements.test_columns import MOMENT, subscribe
from tests.support.billing_world import access_of, new_tenant

pytestmark = [pytest.mark.db, pytest.mark.usefixtures("wired")]


def override(tenant, feature: str, value, *, starts=0, ends=None) -> None:
    now = clock.now()
    with transaction() as session:
        session.add(
            EntitlementOverride(
                workspace_id=tenant.id,
                feature=feature,
                value=value,
                reason="contract 7",
                created_at=now,
                starts_at=now + timedelta(days=starts),
                ends_at=now + timedelta(days=ends) if ends is not None else None,
            )
        )


def test_without_anything_it_is_free():
    ada = new_tenant()
    assert (access_of(ada).plan, access_of(ada).reason) == ("free", Reason.NO_SUBSCRIPTION)


def test_one_query_tells_everything():
    ada = new_tenant()
    subscribe(ada.id, Status.ACTIVE)
    override(ada, "watchlist_items", 70)
    override(ada, "seats", 3)
    asked = []
    event.listen(db.engine(), "before_cursor_execute", lambda *a: asked.append(a[2]))
    with snapshot() as session:
        asked.clear()
        found = access.of(session, ada.id, clock.now())
    assert len([statement for statement in asked if "SELECT" in statement]) == 1
    assert found.plan == "pro"
    assert (found.limits[Feature.WATCHLIST_ITEMS], found.limits[Feature.SEATS]) == (70, 3)


@pytest.mark.parametrize(
    ("starts", "ends", "limit"),
    [(0, None, 70), (-2, 1, 70), (-2, 0, 5), (1, None, 5), (-2, -1, 5)],
)
def test_a_contract_counts_from_its_first_day_until_its_last(starts, ends, limit):
    ada = new_tenant()
    override(ada, "watchlist_items", 70, starts=starts, ends=ends)
    assert access_of(ada).limits[Feature.WATCHLIST_ITEMS] == limit


def test_mallory_has_nothing_of_what_ada_has():
    ada, mallory = new_tenant("ada"), new_tenant("mallory")
    subscribe(ada.id, Status.ACTIVE)
    override(ada, "watchlist_items", 70)
    assert access_of(mallory).plan == "free"
    assert access_of(mallory).limits[Feature.WATCHLIST_ITEMS] == 5


def test_usage_says_how_much_is_left_and_warns_at_the_marks():
    ada = new_tenant()
    for used, warning, left in [(3, None, 2), (4, 0.8, 1), (5, 1.0, 0), (9, 1.0, 0)]:
        usage.counted_by(Feature.WATCHLIST_ITEMS, lambda *_, used=used: used)
        with snapshot() as session:
            (line,) = usage.summary(session, ada.id, clock.now())
        assert (line.used, line.limit, line.warning, line.left) == (used, 5, warning, left)


def test_the_summary_of_a_trial_says_what_is_charged_next():
    ada = new_tenant()
    subscribe(ada.id, Status.TRIALING)
    with snapshot() as session:
        shown = summary.of(session, ada.id, clock.now())
    assert (shown.plan, shown.status) == ("pro", "trialing")
    assert shown.trial_end is not None
    assert isinstance(shown.id, int)


def test_the_summary_of_nobody_is_free():
    ada = new_tenant()
    with snapshot() as session:
        shown = summary.of(session, ada.id, clock.now())
    assert (shown.id, shown.plan, shown.status) == (None, "free", "none")


@pytest.mark.parametrize(("days", "touched"), [(6, 0), (7, 1), (8, 1)])
def test_time_alone_touches_only_whose_grace_is_over(days, touched):
    ada, ben = new_tenant("ada"), new_tenant("ben")
    subscribe(ada.id, Status.PAST_DUE, past_due_days=days)
    subscribe(ben.id, Status.ACTIVE)
    assert refresh.refresh_lapsed(MOMENT) == touched
    assert refresh.refresh_lapsed(MOMENT) == 0
