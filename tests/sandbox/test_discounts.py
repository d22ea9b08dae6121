"""Coupons and promotion codes: what they take off, for how long, and every reason to refuse one."""

from typing import Any

import httpx
import pytest
import stripe

from sandbox.engine import reductions
from tests.support.sandbox_process import Refused, Sandbox
from tests.support.stripe_shop import Shop

DAY, HOUR = 86_400, 3600


def coupon(shop: Shop, **more: Any) -> str:
    params: Any = {"percent_off": 20, "duration": "forever", **more}
    if "amount_off" in more:
        del params["percent_off"]
    return shop.v1.coupons.create(params).id


def code(shop: Shop, coupon_id: str, words: str = "SAVE20", **more: Any) -> Any:
    promotion: Any = {"type": "coupon", "coupon": coupon_id}
    return shop.v1.promotion_codes.create({"promotion": promotion, "code": words, **more})


def paid(shop: Shop) -> list[int]:
    """What each invoice cost, oldest first."""
    return [each.total for each in shop.v1.invoices.list({"limit": 100}).data][::-1]


@pytest.mark.parametrize(
    ("terms", "totals"),
    [
        ({"duration": "once"}, [2320, 2900, 2900, 2900]),
        ({"duration": "forever"}, [2320, 2320, 2320, 2320]),
        ({"duration": "repeating", "duration_in_months": 2}, [2320, 2320, 2900, 2900]),
        ({"duration": "once", "amount_off": 500, "currency": "usd"}, [2400, 2900, 2900, 2900]),
        ({"duration": "once", "amount_off": 9900, "currency": "usd"}, [0, 2900, 2900, 2900]),
    ],
)
def test_a_coupon_lasts_as_long_as_it_says(
    shop: Shop, sandbox: Sandbox, terms: dict[str, Any], totals: list[int]
) -> None:
    discounts = [{"coupon": coupon(shop, **terms)}]
    subscription = shop.subscribe(shop.price().id, discounts=discounts)
    sandbox.advance("95d")

    assert paid(shop) == totals
    kept = shop.subscription(subscription.id).discounts
    assert bool(kept) == (terms["duration"] == "forever")


def test_the_invoice_shows_what_was_taken_off_and_by_which_discount(shop: Shop) -> None:
    subscription = shop.subscribe(shop.price().id, discounts=[{"coupon": coupon(shop)}])
    invoice = shop.v1.invoices.retrieve(
        shop.subscription(subscription.id).latest_invoice.id,
        {"expand": ["discounts", "total_discount_amounts.discount"]},
    )

    discount = invoice.discounts[0]
    assert (invoice.subtotal, invoice.total, invoice.amount_paid) == (2900, 2320, 2320)
    assert [each.amount for each in invoice.total_discount_amounts] == [580]
    assert discount.source.coupon
    assert discount.subscription == subscription.id
    line = invoice.lines.data[0]
    assert (line.amount, line.discount_amounts[0].amount) == (2900, 580)
    assert line.discount_amounts[0].discount == discount.id


def test_two_discounts_are_taken_one_after_the_other(shop: Shop) -> None:
    both = [{"coupon": coupon(shop)}, {"coupon": coupon(shop, amount_off=500, currency="usd")}]
    shop.subscribe(shop.price().id, discounts=both)

    assert paid(shop) == [2900 - 580 - 500]


def test_a_coupon_for_one_product_leaves_the_others_alone(shop: Shop) -> None:
    pro, seats = shop.price(2900), shop.price(1000, name="Seats")
    chosen = coupon(shop, percent_off=50, applies_to={"products": [seats.product]})
    shop.v1.subscriptions.create(
        {
            "customer": shop.customer("pm_card_visa").id,
            "items": [{"price": pro.id}, {"price": seats.id}],
            "discounts": [{"coupon": chosen}],
        }
    )

    assert paid(shop) == [2900 + 500]
    shown = shop.v1.coupons.retrieve(chosen, {"expand": ["applies_to"]})
    assert shown.applies_to.products == [seats.product]


def test_a_discount_comes_and_goes_with_an_update_and_tells_of_it(
    shop: Shop, sandbox: Sandbox
) -> None:
    subscription = shop.subscribe(shop.price().id)
    given = shop.v1.subscriptions.update(
        subscription.id, {"discounts": [{"coupon": coupon(shop)}], "expand": ["discounts"]}
    )
    kept: Any = [{"discount": given.discounts[0].id}]
    again = shop.v1.subscriptions.update(subscription.id, {"discounts": kept})
    assert again.discounts == [given.discounts[0].id]
    cleared = shop.v1.subscriptions.update(subscription.id, {"discounts": ""})

    assert cleared.discounts == []
    assert shop.event_types("customer.discount.") == [
        "customer.discount.created",
        "customer.discount.deleted",
    ]


def test_the_discount_of_a_subscription_can_be_deleted(shop: Shop) -> None:
    subscription = shop.subscribe(shop.price().id, discounts=[{"coupon": coupon(shop)}])
    gone = shop.v1.subscriptions.delete_discount(subscription.id)

    assert gone.deleted
    assert shop.subscription(subscription.id).discounts == []


def test_an_upgrade_is_prorated_on_what_was_really_paid(shop: Shop, sandbox: Sandbox) -> None:
    pro, elite = shop.price(3000), shop.price(6000)
    subscription = shop.subscribe(pro.id, discounts=[{"coupon": coupon(shop, percent_off=50)}])
    item = subscription.items.data[0]
    half = (item.current_period_start + item.current_period_end) // 2
    change: Any = {
        "items": [{"id": item.id, "price": elite.id}],
        "proration_behavior": "always_invoice",
        "proration_date": half,
    }
    preview = shop.v1.invoices.create_preview(
        {"subscription": subscription.id, "subscription_details": change}
    )
    shop.v1.subscriptions.update(subscription.id, change)

    invoice = shop.subscription(subscription.id).latest_invoice
    assert invoice.total == preview.total == 1500 - 750


def test_a_used_up_discount_still_counts_for_the_credit(shop: Shop, sandbox: Sandbox) -> None:
    once = coupon(shop, percent_off=50, duration="once")
    subscription = shop.subscribe(shop.price(3000).id, discounts=[{"coupon": once}])
    item = subscription.items.data[0]
    half = (item.current_period_start + item.current_period_end) // 2
    change: Any = {
        "items": [{"id": item.id, "price": shop.price(6000).id}],
        "proration_behavior": "always_invoice",
        "proration_date": half,
    }
    shop.v1.subscriptions.update(subscription.id, change)

    assert shop.subscription(subscription.id).latest_invoice.total == 3000 - 750


def test_a_preview_imagines_a_discount_without_redeeming_it(shop: Shop) -> None:
    price, chosen = shop.price(), coupon(shop)
    customer = shop.customer()
    items: Any = {"items": [{"price": price.id}]}
    preview = shop.v1.invoices.create_preview(
        {
            "customer": customer.id,
            "subscription_details": items,
            "discounts": [{"coupon": chosen}],
        }
    )

    assert (preview.subtotal, preview.total) == (2900, 2320)
    assert shop.v1.coupons.retrieve(chosen).times_redeemed == 0


@pytest.mark.parametrize(
    ("terms", "match"),
    [
        ({"max_redemptions": 1}, "used up"),
        ({"redeem_by": "soon"}, "Coupon expired"),
        ({"amount_off": 500, "currency": "eur"}, "purchase in usd"),
    ],
)
def test_a_coupon_is_refused_for_its_reason(
    shop: Shop, sandbox: Sandbox, terms: dict[str, Any], match: str
) -> None:
    price = shop.price()
    if terms.get("redeem_by"):
        terms = {"redeem_by": sandbox.now() + DAY}
    chosen = coupon(shop, **terms)
    if "max_redemptions" in terms:
        shop.subscribe(price.id, discounts=[{"coupon": chosen}])
    sandbox.advance("2d")

    with pytest.raises(stripe.InvalidRequestError, match=match):
        shop.subscribe(price.id, discounts=[{"coupon": chosen}])


@pytest.mark.parametrize(
    ("rules", "match"),
    [
        ({"expires_at": "soon"}, "has expired"),
        ({"max_redemptions": 1}, "too many times"),
        ({"restrictions": {"first_time_transaction": True}}, "prior transactions"),
        (
            {"restrictions": {"minimum_amount": 5000, "minimum_amount_currency": "usd"}},
            "minimum amount",
        ),
        (
            {"restrictions": {"minimum_amount": 1, "minimum_amount_currency": "eur"}},
            "purchases in eur",
        ),
        ({"customer": "another"}, "another customer"),
        ({"active": False}, "is inactive"),
    ],
)
def test_a_promotion_code_is_refused_for_its_reason(
    shop: Shop, sandbox: Sandbox, rules: dict[str, Any], match: str
) -> None:
    price = shop.price()
    if "expires_at" in rules:
        rules = {"expires_at": sandbox.now() + DAY}
    if "customer" in rules:
        rules = {"customer": shop.customer().id}
    made = code(shop, coupon(shop), **rules)
    customer = shop.customer("pm_card_visa")
    shop.subscribe(price.id, customer=customer.id)
    if "max_redemptions" in rules:
        shop.subscribe(price.id, discounts=[{"promotion_code": made.id}])
    sandbox.advance("2d")

    with pytest.raises(stripe.InvalidRequestError, match=match):
        shop.subscribe(price.id, customer=customer.id, discounts=[{"promotion_code": made.id}])


def test_the_last_redemption_makes_coupon_and_code_invalid(shop: Shop) -> None:
    chosen = coupon(shop, max_redemptions=1)
    made = code(shop, chosen, max_redemptions=1)
    shop.subscribe(shop.price().id, discounts=[{"promotion_code": made.id}])

    after = shop.v1.coupons.retrieve(chosen)
    assert (after.times_redeemed, after.valid) == (1, False)
    used = shop.v1.promotion_codes.retrieve(made.id)
    assert (used.times_redeemed, used.active) == (1, False)


def test_codes_are_found_in_any_case_and_unique_while_active(shop: Shop) -> None:
    chosen = coupon(shop)
    made = code(shop, chosen)
    assert [c.id for c in shop.v1.promotion_codes.list({"code": "save20"}).data] == [made.id]
    with pytest.raises(stripe.InvalidRequestError, match="already exists"):
        code(shop, chosen, "save20")
    shop.v1.promotion_codes.update(made.id, {"active": False})

    assert code(shop, chosen, "save20").promotion.coupon == chosen


@pytest.mark.parametrize(
    ("terms", "match"),
    [
        ({}, "either percent_off or amount_off"),
        ({"percent_off": 120}, "between 0 and 100"),
        ({"amount_off": 500}, "pass currency"),
        ({"percent_off": 5, "duration": "repeating"}, "duration_in_months"),
    ],
)
def test_a_coupon_that_makes_no_sense_is_refused(
    shop: Shop, terms: dict[str, Any], match: str
) -> None:
    with pytest.raises(stripe.InvalidRequestError, match=match):
        shop.v1.coupons.create(terms)  # pyright: ignore[reportArgumentType]


def test_a_deleted_coupon_stays_with_those_who_have_it(shop: Shop, sandbox: Sandbox) -> None:
    chosen = coupon(shop)
    subscription = shop.subscribe(shop.price().id, discounts=[{"coupon": chosen}])
    shop.v1.coupons.delete(chosen)
    with pytest.raises(stripe.InvalidRequestError, match="No such coupon"):
        shop.v1.coupons.retrieve(chosen)
    sandbox.move_to(subscription.items.data[0].current_period_end + HOUR)

    assert paid(shop) == [2320, 2320]


def test_a_checkout_with_a_coupon_charges_less(shop: Shop, sandbox: Sandbox) -> None:
    session = shop.checkout(shop.price().id, discounts=[{"coupon": coupon(shop)}])
    assert (session.amount_subtotal, session.amount_total) == (2900, 2320)
    assert session.total_details.amount_discount == 580
    done = sandbox.complete_checkout(session.id)["session"]

    assert done["discounts"][0]["coupon"]
    assert paid(shop) == [2320]


def test_a_checkout_takes_either_a_discount_or_codes(shop: Shop) -> None:
    with pytest.raises(stripe.InvalidRequestError, match="allow_promotion_codes, discounts"):
        shop.checkout(
            shop.price().id, discounts=[{"coupon": coupon(shop)}], allow_promotion_codes=True
        )


def test_a_code_typed_on_the_page_is_checked_applied_and_removed(
    shop: Shop, sandbox: Sandbox
) -> None:
    made = code(shop, coupon(shop, duration="repeating", duration_in_months=3))
    session = shop.checkout(shop.price().id, allow_promotion_codes=True)
    page = f"/c/pay/{session.id}"
    with httpx.Client(base_url=sandbox.base_url, trust_env=False) as browser:
        wrong = browser.post(f"{page}/code", data={"code": "nonsense"})
        assert (wrong.status_code, "This code is invalid" in wrong.text) == (400, True)
        browser.post(f"{page}/code", data={"code": "save20"})
        shown = browser.get(page).text
        assert "20% off for 3 months" in shown
        assert "$23.20" in shown
        browser.post(f"{page}/code", data={"code": ""})
        assert "20% off" not in browser.get(page).text
        browser.post(f"{page}/code", data={"code": "SAVE20"})
    sandbox.complete_checkout(session.id)

    assert paid(shop) == [2320]
    assert shop.v1.promotion_codes.retrieve(made.id).times_redeemed == 1


def test_a_page_that_takes_no_codes_refuses_them(shop: Shop, sandbox: Sandbox) -> None:
    code(shop, coupon(shop))
    session = shop.checkout(shop.price().id)

    with pytest.raises(Refused, match="takes no promotion codes"):
        sandbox.complete_checkout(session.id, promotion_code="SAVE20")


def test_a_trial_keeps_a_coupon_for_the_first_bill_that_costs_something(
    shop: Shop, sandbox: Sandbox
) -> None:
    once = coupon(shop, duration="once")
    shop.subscribe(shop.price().id, trial_period_days=14, discounts=[{"coupon": once}])
    sandbox.advance("15d")

    assert paid(shop) == [0, 2320]


@pytest.mark.parametrize(
    ("whole", "amounts", "parts"),
    [
        (100, [1, 1, 1], [33, 34, 33]),
        (10, [], []),
        (500, [200, 100], [200, 100]),
        (7, [0, 9], [0, 7]),
    ],
)
def test_a_fixed_amount_is_spread_without_losing_a_cent(
    whole: int, amounts: list[int], parts: list[int]
) -> None:
    if whole == 100:
        amounts = [each * 100 for each in amounts]
    found = reductions.spread(whole, amounts)

    assert sum(found) == min(whole, sum(amounts))
    assert sorted(found) == sorted(parts)
