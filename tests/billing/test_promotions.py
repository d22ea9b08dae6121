"""Promotion codes: Stripe decides, we say why not, and what was previewed is charged. On the real sandbox."""

import pytest

from saas_app.billing import checkout, promotions, publication
from saas_app.billing.change_plan import confirm, preview
from saas_app.billing.errors import NoSubscription, PromotionRefused
from saas_app.billing.stripe import client
from saas_app.core import clock
from tests.support.billing_world import (
    advance,
    buy,
    deliver_all,
    invoices_of,
    new_tenant,
    subscriptions_of,
)

pytestmark = pytest.mark.db


@pytest.fixture
def shop(stripe_world, configured):
    configured.catalog = "binance-dashboard"
    publication.apply()
    return stripe_world


@pytest.fixture
def ada(shop):
    tenant = new_tenant()
    buy(shop, tenant)
    return tenant


def code(name, *, coupon=None, **more):
    stripe = client.made().v1
    made = stripe.coupons.create({"percent_off": 20, "duration": "forever", **(coupon or {})})
    return stripe.promotion_codes.create(
        {"promotion": {"type": "coupon", "coupon": made.id}, "code": name, **more}
    )


def soon() -> int:
    return int(clock.now().timestamp()) + 3600


def used_up(name):
    made = code(name, max_redemptions=1)
    other = client.made().v1.customers.create({"email": "other@example.com"})
    method = client.made().v1.payment_methods.attach("pm_card_visa", {"customer": other.id})
    price = client.made().v1.prices.list({"lookup_keys": ["bd_pro_month_v1"]}).data[0]
    client.made().v1.subscriptions.create(
        {
            "customer": other.id,
            "items": [{"price": price.id}],
            "default_payment_method": method.id,
            "discounts": [{"promotion_code": made.id}],
        }
    )


REFUSED = {
    "never made": (lambda name: None, "not valid any more"),
    "switched off": (lambda name: code(name, active=False), "not valid any more"),
    "used up": (used_up, "not valid any more"),
    "for newcomers": (
        lambda name: code(name, restrictions={"first_time_transaction": True}),
        "prior transactions",
    ),
    "another currency": (
        lambda name: code(name, coupon={"percent_off": None, "amount_off": 500, "currency": "eur"}),
        "eur",
    ),
    "a larger purchase": (
        lambda name: code(
            name,
            restrictions={"minimum_amount": 9_999_900, "minimum_amount_currency": "usd"},
        ),
        "minimum amount",
    ),
    "another customer": (
        lambda name: code(
            name, customer=client.made().v1.customers.create({"email": "x@example.com"}).id
        ),
        "another customer",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_row_26_a_code_that_is_not_taken_says_why_and_changes_nothing(ada, case):
    set_up, says = REFUSED[case]
    set_up("SPRING")
    for attempt in (
        lambda: preview.quote(ada.workspace, plan="elite", code="SPRING"),
        lambda: promotions.redeem(ada.workspace, ada.owner, "SPRING"),
    ):
        with pytest.raises(PromotionRefused) as refused:
            attempt()
        assert says in refused.value.fields["code"]
        assert "nothing was changed or charged" in refused.value.message
    assert subscriptions_of(ada)[0].discounts == []


def test_row_26_a_code_that_expired_is_refused(ada, shop):
    code("SPRING", expires_at=soon())
    advance(shop, "2h")
    with pytest.raises(PromotionRefused):
        preview.quote(ada.workspace, plan="elite", code="SPRING")


def test_row_26_a_change_with_a_code_charges_what_was_previewed(ada):
    code("SPRING")
    plain = preview.quote(ada.workspace, plan="elite")
    quote = preview.quote(ada.workspace, plan="elite", code=" spring ")
    assert quote.due_cents < plain.due_cents
    assert quote.next_cents == 2399
    confirm.confirm(ada.workspace, ada.owner, quote.key)
    assert quote.total_cents in [invoice.total_cents for invoice in invoices_of(ada)]
    (row,) = subscriptions_of(ada)
    assert [each["code"] for each in row.discounts] == ["SPRING"]


def test_row_26_a_code_lasts_as_long_as_it_says(ada, shop):
    code("SPRING", coupon={"duration": "repeating", "duration_in_months": 1})
    promotions.redeem(ada.workspace, ada.owner, "SPRING")
    (row,) = subscriptions_of(ada)
    assert row.discounts[0]["ends_at"] is not None
    for _ in range(2):
        advance(shop, "32d")
        deliver_all(shop)
    assert max(invoices_of(ada), key=lambda i: i.created_at).total_cents == 999


def test_row_26_redeemed_twice_is_refused_in_words_and_joins_what_runs(ada):
    code("SPRING")
    code("EXTRA", coupon={"percent_off": None, "amount_off": 100, "currency": "usd"})
    promotions.redeem(ada.workspace, ada.owner, "SPRING")
    with pytest.raises(PromotionRefused) as refused:
        promotions.redeem(ada.workspace, ada.owner, "SPRING")
    assert "already" in refused.value.message
    promotions.redeem(ada.workspace, ada.owner, "EXTRA")
    assert [each["code"] for each in subscriptions_of(ada)[0].discounts] == ["SPRING", "EXTRA"]


def test_row_26_at_checkout_stripe_takes_the_code_and_we_show_it(shop):
    code("SPRING")
    ben = new_tenant("ben")
    started = checkout.start(ben.workspace, ben.owner, plan="pro", interval="month")
    shop.complete_checkout(started.session_id, promotion_code="SPRING")
    checkout.finish(started.session_id, ben.workspace)
    (row,) = subscriptions_of(ben)
    assert [(each["code"], each["percent_off"]) for each in row.discounts] == [("SPRING", 20)]
    assert [invoice.total_cents for invoice in invoices_of(ben)] == [799]


def test_row_09_a_discount_lives_on_through_a_booked_change(ada, shop):
    code("SPRING")
    promotions.redeem(ada.workspace, ada.owner, "SPRING")
    confirm.confirm(ada.workspace, ada.owner, preview.quote(ada.workspace, interval="year").key)
    quote = preview.quote(ada.workspace, interval="month")
    confirm.confirm(ada.workspace, ada.owner, quote.key)
    assert quote.next_cents == 799
    (row,) = subscriptions_of(ada)
    assert [each["code"] for each in row.discounts] == ["SPRING"]
    advance(shop, "366d")
    deliver_all(shop)
    (row,) = subscriptions_of(ada)
    assert (row.interval, [each["code"] for each in row.discounts]) == ("month", ["SPRING"])
    assert max(invoices_of(ada), key=lambda i: i.created_at).total_cents == 799


def test_without_a_subscription_a_code_has_nothing_to_be_put_on(shop):
    ben = new_tenant("ben")
    with pytest.raises(NoSubscription):
        promotions.redeem(ben.workspace, ben.owner, "SPRING")
