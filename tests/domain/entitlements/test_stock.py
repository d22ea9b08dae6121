from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlmodel import func, select

from saas_app.core import clock
from saas_app.core.db import snapshot, transaction
from saas_app.core.errors import NotFound
from saas_app.entitlements import stock
from saas_app.entitlements.errors import LimitReached
from saas_app.notifications.models import Mail, Notification
from saas_app.plans.features import Feature
from tests.support.billing_world import new_tenant

pytestmark = [pytest.mark.db, pytest.mark.usefixtures("wired")]


def kept(session, tenant) -> int:
    """Any table will do as the thing that is kept: notifications are at hand."""
    mine = select(func.count()).select_from(Notification)
    return session.exec(
        mine.where(Notification.workspace_id == tenant.id, Notification.kind == "item")
    ).one()


def add(tenant, key: str, adding: int = 1) -> None:
    with transaction() as session:
        stock.take(
            session,
            tenant.id,
            Feature.WATCHLIST_ITEMS,
            used=lambda inside: kept(inside, tenant),
            adding=adding,
        )
        for number in range(adding):
            session.add(
                Notification(
                    user_id=tenant.owner.id,
                    workspace_id=tenant.id,
                    key=f"{key}.{number}",
                    kind="item",
                    created_at=clock.now(),
                )
            )


def count(tenant) -> int:
    with snapshot() as session:
        return kept(session, tenant)


def test_the_fifth_fits_and_the_sixth_does_not():
    ada = new_tenant()
    for number in range(5):
        add(ada, f"item {number}")
    with pytest.raises(LimitReached) as refused:
        add(ada, "item 6")
    assert count(ada) == 5
    assert refused.value.code == "limit_reached"
    assert dict(refused.value.facts) == {
        "feature": "watchlist_items",
        "limit": 5,
        "used": 5,
        "upgrade_to": "pro",
        "item": None,
    }
    assert refused.value.message == (
        "Free includes 5 watchlist items and 5 are in use. Nothing was lost or changed. "
        "Pro raises this to 50."
    )


@pytest.mark.parametrize(("adding", "fits"), [(4, True), (5, True), (6, False)])
def test_several_at_once_fit_whole_or_not_at_all(adding, fits):
    ada = new_tenant()
    if fits:
        add(ada, "many", adding)
    else:
        with pytest.raises(LimitReached):
            add(ada, "many", adding)
    assert count(ada) == (adding if fits else 0)


def test_a_hundred_at_once_never_pass_the_limit():
    ada, ben = new_tenant("ada"), new_tenant("ben")

    def attempt(number: int) -> bool:
        try:
            add(ada if number % 2 else ben, f"item {number}")
        except LimitReached:
            return False
        return True

    with ThreadPoolExecutor(16) as crowd:
        taken = list(crowd.map(attempt, range(100)))
    assert sum(taken) == 10
    assert (count(ada), count(ben)) == (5, 5)


def test_a_workspace_that_is_not_there_has_no_room(database):
    with transaction() as session, pytest.raises(NotFound):
        stock.take(session, 999, Feature.WATCHLIST_ITEMS, used=lambda _: 0)


def test_the_marks_are_told_once_and_only_in_the_app():
    ada = new_tenant()
    for number in range(5):
        add(ada, f"item {number}")
    with snapshot() as session:
        told = session.exec(select(Notification.kind).order_by(Notification.id)).all()
        letters = session.exec(select(Mail)).all()
    assert [kind for kind in told if kind != "item"] == ["usage.nearing", "usage.reached"]
    assert letters == []
