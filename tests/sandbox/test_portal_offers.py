"""Promotion codes and pauses in the portal, where its configuration offers them."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import stripe

from tests.support import sdk_types, stripe_oracle
from tests.support.listening import Listening
from tests.support.sandbox_process import Sandbox
from tests.support.stripe_shop import Shop


@pytest.fixture
def browser(sandbox: Sandbox) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=sandbox.base_url, trust_env=False) as client:
        yield client


def page_of(shop: Shop, customer: str, *, flow: Any = None, **features: Any) -> str:
    made = shop.v1.billing_portal.configurations.create({"features": features})
    asked: Any = {"customer": customer, "configuration": made.id}
    return shop.v1.billing_portal.sessions.create(
        {**asked, "flow_data": flow} if flow else asked
    ).url


def updates(*prices: Any, allowed: tuple[str, ...] = ("price", "promotion_code")) -> Any:
    products = [{"product": each.product, "prices": [each.id]} for each in prices]
    return {
        "enabled": True,
        "default_allowed_updates": list(allowed),
        "products": products,
        "proration_behavior": "always_invoice",
    }


def half(shop: Shop, code: str) -> None:
    coupon = shop.v1.coupons.create({"percent_off": 50, "duration": "forever"})
    shop.v1.promotion_codes.create(
        {"promotion": {"type": "coupon", "coupon": coupon.id}, "code": code}
    )


def test_a_code_is_typed_with_a_change_previewed_and_kept(
    shop: Shop, browser: httpx.Client
) -> None:
    pro, elite = shop.price(2000), shop.price(6000, name="Elite")
    running = shop.subscribe(pro.id)
    half(shop, "HALF")
    page = page_of(shop, running.customer, subscription_update=updates(pro, elite))
    assert 'name="code"' in browser.get(page).text
    wanted = {"price": elite.id, "code": "half"}
    shown = browser.get(page, params={"change": running.id, **wanted}).text
    browser.post(page, data={"do": "change", "subject": running.id, **wanted})

    after = shop.subscription(running.id)
    assert after.items.data[0].price.id == elite.id
    assert len(after.discounts) == 1
    assert after.latest_invoice.total == 3000 - 2000
    assert "$10.00" in shown


def test_a_code_may_be_used_on_what_one_has(shop: Shop, browser: httpx.Client) -> None:
    pro = shop.price(2000)
    running = shop.subscribe(pro.id)
    half(shop, "HALF")
    page = page_of(shop, running.customer, subscription_update=updates(pro))
    browser.post(page, data={"do": "change", "subject": running.id, "code": "HALF"})

    assert len(shop.subscription(running.id).discounts) == 1
    assert shop.v1.invoices.create_preview({"subscription": running.id}).total == 1000


@pytest.mark.parametrize(
    ("allowed", "code", "says"),
    [
        (("price", "promotion_code"), "NOSUCH", "invalid or no longer valid"),
        (("price",), "HALF", "Codes are not taken here"),
    ],
)
def test_a_code_that_is_not_taken_changes_nothing(
    shop: Shop, browser: httpx.Client, allowed: tuple[str, ...], code: str, says: str
) -> None:
    pro, elite = shop.price(2000), shop.price(6000)
    running = shop.subscribe(pro.id)
    half(shop, "HALF")
    page = page_of(shop, running.customer, subscription_update=updates(pro, elite, allowed=allowed))
    wanted = {"do": "change", "subject": running.id, "price": elite.id, "code": code}
    answer = browser.post(page, data=wanted)

    assert answer.status_code == 400
    assert says in answer.text
    after = shop.subscription(running.id)
    assert (after.items.data[0].price.id, list(after.discounts)) == (pro.id, [])
    assert ('name="code"' in browser.get(page).text) == ("promotion_code" in allowed)


def test_a_pause_lasts_until_somebody_resumes(
    shop: Shop, sandbox: Sandbox, browser: httpx.Client
) -> None:
    running = shop.subscribe(shop.price(2000).id)
    page = page_of(shop, running.customer, subscription_pause={"enabled": True})
    assert ">Pause</button>" in browser.get(page).text
    browser.post(page, data={"do": "pause", "subject": running.id})
    paused = shop.subscription(running.id)
    assert paused.status == "paused"
    assert paused.status_details.paused.subscription.type == "pause_requested"
    sandbox.advance("90d")
    assert shop.subscription(running.id).status == "paused"
    browser.post(page, data={"do": "resume", "subject": running.id})
    assert shop.subscription(running.id).status == "active"


SPANS = {
    "type": "interval_options",
    "interval_options": [
        {"interval": "week", "interval_count": 2},
        {"interval": "month", "interval_count": 3},
    ],
}


def test_a_pause_of_a_chosen_length_ends_by_itself(
    shop: Shop, sandbox: Sandbox, browser: httpx.Client
) -> None:
    running = shop.subscribe(shop.price(2000).id)
    offer = {"enabled": True, "duration": SPANS}
    page = page_of(shop, running.customer, subscription_pause=offer)
    shown = browser.get(page).text
    assert "2 weeks" in shown
    assert "3 months" in shown
    wanted = {"do": "pause", "subject": running.id}
    assert browser.post(page, data={**wanted, "span": "2"}).status_code == 400
    browser.post(page, data={**wanted, "span": "0"})
    sandbox.advance("13d")
    assert shop.subscription(running.id).status == "paused"
    sandbox.advance("2d")
    assert shop.subscription(running.id).status == "active"


def test_where_it_is_not_offered_nobody_pauses(shop: Shop, browser: httpx.Client) -> None:
    running = shop.subscribe(shop.price(2000).id)
    page = page_of(shop, running.customer, subscription_cancel={"enabled": True})
    assert ">Pause</button>" not in browser.get(page).text
    answer = browser.post(page, data={"do": "pause", "subject": running.id})

    assert answer.status_code == 400
    assert shop.subscription(running.id).status == "active"


def test_a_deep_link_leads_to_the_pause_and_to_nothing_else(
    shop: Shop, browser: httpx.Client
) -> None:
    running = shop.subscribe(shop.price(2000).id)
    flow = {"type": "subscription_pause", "subscription_pause": {"subscription": running.id}}
    with pytest.raises(stripe.InvalidRequestError, match="subscription pause feature"):
        page_of(shop, running.customer, flow=flow)
    page = page_of(
        shop,
        running.customer,
        flow=flow,
        subscription_pause={"enabled": True},
        subscription_cancel={"enabled": True},
    )
    shown = browser.get(page).text
    assert ">Pause</button>" in shown
    assert "Cancel on" not in shown


@pytest.mark.parametrize(
    "duration", [{"type": "interval_options"}, {**SPANS, "type": "indefinite"}]
)
def test_a_duration_that_cannot_be_is_refused(shop: Shop, duration: Any) -> None:
    pause: Any = {"enabled": True, "duration": duration}
    with pytest.raises(stripe.InvalidRequestError, match="pauses to choose from"):
        shop.v1.billing_portal.configurations.create({"features": {"subscription_pause": pause}})


def test_what_is_offered_is_as_stripe_documents_it(sandbox: Sandbox) -> None:
    """The deep link's own name is newer than the document, so the SDK alone judges that request."""
    listening = Listening()
    shop = Shop(sandbox, listening)
    running = shop.subscribe(shop.price(2000).id)
    offer = {"enabled": True, "duration": SPANS}
    page_of(shop, running.customer, subscription_pause=offer)
    shop.events()
    assert {f for each in listening.heard for f in stripe_oracle.faults(each.answer)} == set()

    flow = {"type": "subscription_pause", "subscription_pause": {"subscription": running.id}}
    page_of(shop, running.customer, flow=flow, subscription_pause=offer)
    asked = ((each.method, each.path, each.params) for each in listening.heard)
    assert {f for each in asked for f in sdk_types.faults(*each)} == set()
