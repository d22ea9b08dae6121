"""Every plan of every catalogue we ship can be bought, and every way a trial can end is lived through."""

from pathlib import Path

import pytest

from saas_app.billing import checkout, offer, publication
from saas_app.billing.errors import AlreadySubscribed
from saas_app.billing.purchase import Purchase
from saas_app.plans import catalogue as plans
from saas_app.plans.catalogue import Checkout
from tests.support.billing_world import (
    access_of,
    advance,
    deliver_all,
    new_tenant,
    subscriptions_of,
    told,
)

CATALOGUES = Path(offer.__file__).parents[2] / "catalogs"


def for_sale() -> list:
    return [
        pytest.param(path.stem, plan.id, price, id=price.lookup_key)
        for path in sorted(CATALOGUES.glob("*.toml"))
        for plan in plans.load(path).for_sale
        if plan.checkout is Checkout.SELF
        for price in plan.on_offer
    ]


@pytest.mark.parametrize(("name", "plan", "price"), for_sale())
def test_every_plan_we_sell_can_be_bought_and_opens(stripe_world, configured, name, plan, price):
    configured.catalog = name
    publication.apply()
    ada = new_tenant()
    started = checkout.start(
        ada.workspace,
        ada.owner,
        plan=plan,
        interval=price.interval.value,
        seats=price.min_seats,
    )
    stripe_world.complete_checkout(started.session_id)
    checkout.finish(started.session_id, ada.workspace)
    assert access_of(ada).plan == plan
    assert access_of(ada).alerts == ()
    (row,) = subscriptions_of(ada)
    assert (row.price, row.amount_cents, row.seats, row.interval) == (
        price.lookup_key,
        price.amount.cents,
        price.min_seats,
        price.interval.value,
    )


def trial_that_ends_with(monkeypatch, what: str) -> None:
    text = (CATALOGUES / "tidemark.toml").read_text()
    assert 'trial_end = "charge"' in text
    ours = plans.load(text.replace('trial_end = "charge"', f'trial_end = "{what}"'))
    monkeypatch.setattr(offer, "catalogue", lambda: ours)


@pytest.mark.parametrize(
    ("what", "status", "last"),
    [("cancel", "canceled", "billing.ended"), ("pause", "paused", "billing.paused")],
)
def test_row_08_a_trial_without_a_card_ends_as_the_catalogue_says(
    stripe_world, monkeypatch, what, status, last
):
    trial_that_ends_with(monkeypatch, what)
    ada = new_tenant()
    started = checkout.start(ada.workspace, ada.owner, plan="pro", interval="month")
    stripe_world.complete_checkout(started.session_id, card=None)
    checkout.finish(started.session_id, ada.workspace)
    assert access_of(ada).plan == "pro"

    advance(stripe_world, "15d")
    deliver_all(stripe_world)

    assert [row.status for row in subscriptions_of(ada)] == [status]
    assert access_of(ada).plan == "free"
    assert told(ada.owner)[-1] == last


def test_row_08_a_paused_subscription_is_woken_not_doubled(stripe_world, monkeypatch):
    trial_that_ends_with(monkeypatch, "pause")
    ada = new_tenant()
    started = checkout.start(ada.workspace, ada.owner, plan="pro", interval="month")
    stripe_world.complete_checkout(started.session_id, card=None)
    advance(stripe_world, "15d")
    with pytest.raises(AlreadySubscribed) as refused:
        checkout.start(ada.workspace, ada.owner, plan="pro", interval="month")
    assert "paused" in refused.value.message


def test_row_08_a_trial_that_is_charged_asks_for_the_card_first():
    plan = offer.catalogue().plan("pro")
    assert Purchase(plan, plan.prices[0], 1).without_card is None
