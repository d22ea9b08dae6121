"""The control room and the control API: every page, every button, and who may press them."""

import httpx
import pytest

from tests.support.sandbox_process import Refused, Sandbox
from tests.support.stripe_shop import Shop

PAGES = [
    "/",
    "/people",
    "/subscriptions",
    "/events",
    "/deliveries",
    "/mail",
    "/sms",
    "/identity",
    "/switches",
]


@pytest.fixture
def browser(sandbox: Sandbox):
    with httpx.Client(base_url=sandbox.base_url) as client:
        yield client


@pytest.mark.parametrize("path", PAGES)
def test_every_page_has_a_face_when_empty_and_when_full(
    shop: Shop, sandbox: Sandbox, browser: httpx.Client, path: str
) -> None:
    assert browser.get(path).status_code == 200
    shop.subscribe(shop.price().id)
    shop.v1.webhook_endpoints.create({"url": "http://127.0.0.1:9/", "enabled_events": ["*"]})
    shop.subscribe(shop.price().id, None, trial_period_days=14)
    shop.checkout(shop.price().id)
    sandbox.fault(fail_next_payment=1)

    full = browser.get(path)
    assert full.status_code == 200
    assert "SANDBOX" in full.text


def test_a_person_page_shows_what_is_theirs(shop: Shop, browser: httpx.Client) -> None:
    subscription = shop.subscribe(shop.price(name="Pro plan").id)
    page = browser.get(f"/people/{subscription.customer}").text

    assert "Pro plan" in page
    assert "Visa ending 4242" in page
    assert "$29.00" in page


def test_a_button_moves_the_clock_and_says_what_happened(shop: Shop, browser: httpx.Client) -> None:
    subscription = shop.subscribe(shop.price().id, trial_period_days=14)
    answer = browser.post("/press/advance", data={"span": "15d", "back": "/subscriptions"})

    assert answer.headers["location"].startswith("/subscriptions?said=The%20clock%20moved")
    assert shop.subscription(subscription.id).status == "active"


def test_the_next_event_is_one_button_away(
    shop: Shop, sandbox: Sandbox, browser: httpx.Client
) -> None:
    subscription = shop.subscribe(shop.price().id, trial_period_days=14)
    browser.post("/press/next")

    assert sandbox.now() == pytest.approx(subscription.trial_end - 3 * 86_400, abs=3)


def test_a_reset_from_the_page_keeps_what_the_shop_set_up(
    shop: Shop, browser: httpx.Client
) -> None:
    price = shop.price()
    shop.v1.webhook_endpoints.create({"url": "http://127.0.0.1:9/", "enabled_events": ["*"]})
    shop.subscribe(price.id)
    browser.post("/press/reset", data={"what": "people"})

    assert not shop.v1.customers.list().data
    assert not shop.v1.events.list().data
    assert shop.v1.prices.retrieve(price.id).active
    assert len(shop.v1.webhook_endpoints.list().data) == 1


def test_a_button_never_leads_off_the_site(browser: httpx.Client) -> None:
    for back in ("https://evil.example", "//evil.example", "/\\evil.example"):
        answer = browser.post("/press/calm", data={"back": back})
        assert answer.headers["location"].startswith("/?said=")


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "null"}],
)
@pytest.mark.parametrize("path", ["/press/reset", "/_sandbox/reset", "/c/pay/cs_test_x"])
def test_a_page_of_another_origin_presses_nothing(
    browser: httpx.Client, path: str, headers: dict[str, str]
) -> None:
    assert browser.post(path, headers=headers).status_code == 403


def test_a_name_somebody_pointed_here_is_not_ours(browser: httpx.Client) -> None:
    assert browser.get("/", headers={"Host": "rebound.example"}).status_code == 421


def test_the_control_api_takes_json_only(browser: httpx.Client) -> None:
    assert browser.post("/_sandbox/reset", data={"a": "b"}).status_code == 415
    answer = browser.post(
        "/_sandbox/clock", content="{", headers={"Content-Type": "application/json"}
    )
    assert answer.status_code == 400
    assert "not JSON" in answer.json()["error"]["message"]


def test_pages_may_run_only_their_own_script(browser: httpx.Client) -> None:
    page = browser.get("/")

    assert "script-src 'self'" in page.headers["content-security-policy"]
    assert "<script>" not in page.text
    assert "style=" not in page.text


def test_the_clock_only_goes_forward(sandbox: Sandbox) -> None:
    sandbox.advance("3d")

    with pytest.raises(Refused, match="only goes forward"):
        sandbox.move_to(sandbox.now() - 60)
    assert sandbox.get("/clock")["offset_seconds"] == pytest.approx(3 * 86_400, abs=1)


@pytest.mark.parametrize(
    "asked", [{}, {"advance": "soon"}, {"advance": "9999w"}, {"to": "x"}, {"advance": "-1d"}]
)
def test_a_clock_order_that_makes_no_sense_changes_nothing(
    sandbox: Sandbox, asked: dict[str, str]
) -> None:
    with pytest.raises(Refused):
        sandbox.post("/clock", asked)
    assert sandbox.get("/clock")["offset_seconds"] == 0


def test_the_clock_tells_what_comes_next(shop: Shop, sandbox: Sandbox) -> None:
    subscription = shop.subscribe(shop.price().id, trial_period_days=14)

    assert sandbox.get("/clock")["next"] == {
        "at": subscription.trial_end - 3 * 86_400,
        "what": "Trial reminder",
        "id": subscription.id,
    }


@pytest.mark.parametrize("path", ["/nothing", "/people/cus_x", "/c/pay/cs_x", "/mail/99"])
def test_what_is_not_there_gets_a_page_that_leads_on(browser: httpx.Client, path: str) -> None:
    answer = browser.get(path)

    assert answer.status_code == 404
    assert "Go to the control room" in answer.text


def test_an_object_has_a_timeline_with_what_changed_and_what_comes(
    shop: Shop, sandbox: Sandbox, browser: httpx.Client
) -> None:
    subscription = shop.subscribe(shop.price().id, trial_period_days=14)
    shop.v1.subscriptions.update(subscription.id, {"cancel_at_period_end": True})
    page = browser.get(f"/objects/{subscription.id}").text

    assert "customer.subscription.updated" in page
    assert "cancel at period end: False → True" in page
    assert "Subscription ends" in page
    assert browser.get(f"/objects/{subscription.customer}").status_code == 200
    assert browser.get("/objects/sub_nobody").status_code == 404


def test_a_journey_through_time_lists_what_happened_on_the_way(
    shop: Shop, browser: httpx.Client
) -> None:
    subscription = shop.subscribe(shop.price().id, trial_period_days=14)
    gone = browser.post("/press/advance", data={"span": "15d", "back": "/"})
    page = browser.get(gone.headers["location"]).text

    for step in ("Trial reminder", "Next period begins", "Invoice is charged"):
        assert step in page
    assert f"/objects/{subscription.id}" in page
    assert "What happened on the way" not in browser.get("/").text


def test_cards_and_disputes_are_moved_from_a_persons_page(
    shop: Shop, browser: httpx.Client
) -> None:
    customer = shop.subscribe(shop.price().id).customer
    charge = shop.v1.charges.list({"customer": customer}).data[0].id
    page = f"/people/{customer}"
    browser.post("/press/expire-cards", data={"customer": customer, "do": "expire", "back": page})
    browser.post("/press/dispute", data={"subject": charge, "do": "open", "back": page})
    dispute = shop.v1.disputes.list().data[0]
    assert "The shop wins" in browser.get(page).text
    browser.post("/press/dispute", data={"subject": dispute.id, "do": "won", "back": page})

    assert shop.v1.disputes.retrieve(dispute.id).status == "won"
    assert "payment_method.updated" in shop.event_types()
