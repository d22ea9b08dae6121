"""What stays awake on a smaller plan: the choice, or the oldest; honoured when the boundary comes."""

from pathlib import Path

import pytest

from saas_app.core import clock
from saas_app.core.db import snapshot, transaction
from saas_app.core.errors import Invalid, NotFound
from saas_app.entitlements import access, keeping
from saas_app.market import watchlist
from saas_app.market.models import WatchlistItem
from saas_app.plans import access as plans_access
from saas_app.plans import catalogue as plans
from saas_app.plans.access import Status, Subscribed
from saas_app.plans.features import Feature
from tests.support.billing_world import new_tenant

FILES = Path(__file__).parents[3] / "catalogs"
ITEMS = Feature.WATCHLIST_ITEMS


def under(rule: str, limit: int):
    text = (FILES / "tidemark.toml").read_text()
    text = text.replace('watchlist_items = "freeze_newest"', f'watchlist_items = "{rule}"')
    text = text.replace("watchlist_items = 5\n", f"watchlist_items = {limit}\n")
    return plans_access.of(plans.load(text), None, now=clock.now())


@pytest.mark.parametrize(
    ("order", "kept", "rest"),
    [
        ([1, 2], {2}, set()),
        ([1, 2, 3], set(), set()),
        ([1, 2, 3, 4, 5], set(), {4, 5}),
        ([1, 2, 3, 4, 5], {5, 4, 2}, {1, 3}),
        ([1, 2, 3, 4, 5], {5}, {1, 2, 3, 4}),
        ([1, 2, 3, 4, 5], {2, 3, 4, 5}, {1, 5}),
        ([1, 2, 3, 4, 5], {9}, {4, 5}),
    ],
)
def test_the_chosen_stay_and_without_a_choice_the_oldest(order, kept, rest):
    assert keeping.resting(under("freeze_newest", 3), ITEMS, order, kept) == rest


def test_where_the_catalogue_lets_all_of_it_stay_nothing_rests():
    assert keeping.resting(under("read_only", 3), ITEMS, [1, 2, 3, 4], {4}) == frozenset()


def test_a_plan_with_room_for_all_wakes_all():
    bought = Subscribed(Status.ACTIVE, "tidemark_pro_month_v1")
    pro = plans_access.of(plans.load(FILES / "tidemark.toml"), bought, now=clock.now())
    assert keeping.resting(pro, ITEMS, list(range(50)), {3}) == frozenset()


@pytest.fixture
def ada(database):
    keeping.listed_by(ITEMS, watchlist.things)
    return new_tenant()


def watched(tenant, count) -> list[int]:
    with transaction() as session:
        rows = [
            WatchlistItem(
                workspace_id=tenant.id,
                symbol="EURUSD",
                timeframe=f"T{place}",
                position=count - place,
                created_at=clock.now(),
                created_by=tenant.owner.id,
            )
            for place in range(count)
        ]
        session.add_all(rows)
        session.flush()
        return [row.id for row in rows]


def resting(tenant) -> frozenset[int]:
    with snapshot() as session:
        return watchlist.resting(session, tenant.id, access.of(session, tenant.id, clock.now()))


def toggle(tenant, thing):
    with transaction() as session:
        standing = access.of(session, tenant.id, clock.now())
        keeping.toggle(session, tenant.id, ITEMS, thing, then=standing, by=tenant.owner.id)


@pytest.mark.db
def test_the_newest_rest_until_somebody_chooses_otherwise(ada):
    items = watched(ada, 7)
    assert resting(ada) == {items[5], items[6]}
    toggle(ada, items[0])
    toggle(ada, items[6])
    assert resting(ada) == {items[0], items[5]}


@pytest.mark.db
def test_no_more_are_kept_than_there_is_room_for(ada):
    items = watched(ada, 7)
    with pytest.raises(Invalid):
        toggle(ada, items[6])
    assert resting(ada) == {items[5], items[6]}


@pytest.mark.db
def test_row_31_what_is_of_another_workspace_cannot_be_kept(ada):
    watched(ada, 7)
    mallory = new_tenant("mallory")
    theirs = watched(mallory, 7)
    with transaction() as session, pytest.raises(NotFound):
        keeping.choose(session, ada.id, ITEMS, {theirs[0]}, by=ada.owner.id)
    assert len(resting(mallory)) == 2


@pytest.mark.db
def test_what_was_chosen_and_taken_off_the_list_is_simply_not_there(ada):
    items = watched(ada, 7)
    toggle(ada, items[0])
    toggle(ada, items[6])
    with transaction() as session:
        watchlist.remove(session, ada.id, items[6])
    assert len(resting(ada)) == 1 + 1
