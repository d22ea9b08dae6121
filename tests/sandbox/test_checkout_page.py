"""What a customer meets on the Checkout page, the bank's page, the portal and the invoice."""

import threading

import httpx
import pytest

from tests.support.sandbox_process import Refused, Sandbox
from tests.support.stripe_shop import Shop

DAY = 86_400


@pytest.fixture
def browser(sandbox: Sandbox):
    with httpx.Client(base_url=sandbox.base_url) as client:
        yield client


def test_the_page_says_what_happens_when_in_plain_words(shop: Shop, browser: httpx.Client) -> None:
    page = browser.get(shop.checkout(shop.price().id, trial=14).url).text

    assert "14 days free, then $29.00 per month from " in page
    assert "Start 14-day trial" in page
    assert "SANDBOX" in page
    assert 'href="http://localhost:8000/no"' in page


def test_the_page_names_the_price_when_it_is_due_today(shop: Shop, browser: httpx.Client) -> None:
    page = browser.get(shop.checkout(shop.price(29000, "year").id).url).text

    assert "$290.00 per year, charged today" in page


def test_a_declined_card_says_so_and_another_one_pays(shop: Shop, browser: httpx.Client) -> None:
    session = shop.checkout(shop.price().id)
    declined = browser.post(f"/c/pay/{session.id}", data={"card": "4000000000009995"})
    assert declined.status_code == 402
    assert "insufficient funds. Nothing was charged. Try again" in declined.text
    assert not shop.v1.subscriptions.list({"status": "all"}).data

    paid = browser.post(f"/c/pay/{session.id}", data={"card": "4242424242424242"})
    assert paid.status_code == 303
    assert paid.headers["location"] == f"http://localhost:8000/ok?session={session.id}"


def test_the_bank_is_asked_and_may_refuse(shop: Shop, browser: httpx.Client) -> None:
    session = shop.checkout(shop.price().id)
    asked = browser.post(f"/c/pay/{session.id}", data={"card": "4000002500003155"})
    bank = asked.headers["location"]
    assert "Is this you?" in browser.get(bank).text
    answer = {"card": "4000002500003155", "answer": "fail"}
    failed = browser.post(bank.partition("?")[0], data=answer)
    assert "could not confirm" in failed.text

    paid = browser.post(bank.partition("?")[0], data={**answer, "answer": "complete"})
    assert paid.status_code == 303
    assert shop.v1.checkout.sessions.retrieve(session.id).payment_status == "paid"


def test_a_card_that_fails_later_is_declined_when_money_is_due_today(
    shop: Shop, browser: httpx.Client
) -> None:
    card = {"card": "4000000000000341"}
    today = shop.checkout(shop.price().id)
    later = shop.checkout(shop.price().id, trial=14)

    assert browser.post(f"/c/pay/{today.id}", data=card).status_code == 402
    assert browser.post(f"/c/pay/{later.id}", data=card).status_code == 303
    assert not shop.events("customer.subscription.updated")


def test_twenty_clicks_at_once_pay_once(shop: Shop, sandbox: Sandbox) -> None:
    session = shop.checkout(shop.price().id)
    seen: list[int] = []

    def click() -> None:
        data = {"card": "4242424242424242"}
        seen.append(httpx.post(f"{sandbox.base_url}/c/pay/{session.id}", data=data).status_code)

    clicks = [threading.Thread(target=click) for _ in range(20)]
    for each in clicks:
        each.start()
    for each in clicks:
        each.join()

    assert seen == [303] * 20
    assert len(shop.v1.subscriptions.list().data) == 1
    assert len(shop.events("charge.succeeded")) == 1


def test_a_trial_that_needs_no_card_can_begin_without_one(
    shop: Shop, browser: httpx.Client
) -> None:
    session = shop.checkout(shop.price().id, trial=14, payment_method_collection="if_required")
    assert "Start without a card" in browser.get(session.url).text

    browser.post(f"/c/pay/{session.id}", data={"without_card": "1"})
    found = shop.v1.subscriptions.list().data[0]
    assert (found.status, found.default_payment_method) == ("trialing", None)


def test_a_card_is_asked_for_where_one_is_needed(shop: Shop, browser: httpx.Client) -> None:
    session = shop.checkout(shop.price().id, trial=14)
    answer = browser.post(f"/c/pay/{session.id}", data={"without_card": "1"})

    assert answer.status_code == 402
    assert "Choose one of the cards" in answer.text


def test_a_real_looking_number_is_never_taken(shop: Shop, sandbox: Sandbox) -> None:
    session = shop.checkout(shop.price().id)

    with pytest.raises(Refused, match="only takes the test cards"):
        sandbox.complete_checkout(session.id, "4111111111111111")


def test_someone_without_an_account_becomes_a_customer(shop: Shop, browser: httpx.Client) -> None:
    session = shop.checkout(shop.price().id)
    form = {"card": "4242424242424242", "email": "new@example.com"}
    browser.post(f"/c/pay/{session.id}", data=form)

    assert [c.email for c in shop.v1.customers.list().data] == ["new@example.com"]


def test_a_session_expires_after_a_day(shop: Shop, sandbox: Sandbox, browser: httpx.Client) -> None:
    session = shop.checkout(shop.price().id)
    sandbox.advance("1d")

    page = browser.get(f"/c/pay/{session.id}")
    assert page.status_code == 410
    assert "has expired" in page.text
    assert shop.v1.checkout.sessions.retrieve(session.id).status == "expired"
    late = browser.post(f"/c/pay/{session.id}", data={"card": "4242424242424242"})
    assert late.status_code == 410
    assert shop.event_types("checkout.") == ["checkout.session.expired"]


def test_the_portal_cancels_by_date_and_takes_it_back(shop: Shop, browser: httpx.Client) -> None:
    subscription = shop.subscribe(shop.price().id)
    portal = shop.v1.billing_portal.sessions.create({"customer": subscription.customer})
    form = {"subject": subscription.id}
    browser.post(portal.url, data={**form, "do": "cancel"})
    scheduled = shop.subscription(subscription.id)
    assert (scheduled.cancel_at is not None, scheduled.cancel_at_period_end) == (True, False)
    assert "Keep my subscription" in browser.get(portal.url).text

    browser.post(portal.url, data={**form, "do": "keep"})
    assert shop.subscription(subscription.id).cancel_at is None


def test_the_portal_does_not_touch_somebody_elses_subscription(
    shop: Shop, browser: httpx.Client
) -> None:
    theirs = shop.subscribe(shop.price().id)
    mallory = shop.customer()
    portal = shop.v1.billing_portal.sessions.create({"customer": mallory.id})
    answer = browser.post(portal.url, data={"do": "cancel", "subject": theirs.id})

    assert "Nothing was changed" in answer.text
    assert shop.subscription(theirs.id).cancel_at is None


def test_a_new_card_in_the_portal_pays_the_renewal(
    shop: Shop, sandbox: Sandbox, browser: httpx.Client
) -> None:
    done = sandbox.complete_checkout(shop.checkout(shop.price().id, trial=3).id, "4000000000000341")
    customer = done["session"]["customer"]
    portal = shop.v1.billing_portal.sessions.create({"customer": customer})
    browser.post(portal.url, data={"do": "card", "subject": "5555555555554444"})
    sandbox.advance("4d")

    assert shop.v1.subscriptions.list({"customer": customer}).data[0].status == "active"


def test_an_open_invoice_can_be_paid_on_its_page(
    shop: Shop, sandbox: Sandbox, browser: httpx.Client
) -> None:
    subscription = shop.subscribe(shop.price().id, trial_period_days=3)
    sandbox.fault(fail_next_payment=1)
    sandbox.advance("4d")
    url = shop.subscription(subscription.id).latest_invoice.hosted_invoice_url
    assert "Pay this invoice" in browser.get(url).text
    assert browser.post(url, data={"card": "4000000000000002"}).status_code == 402

    assert browser.post(url, data={"card": "4242424242424242"}).status_code == 303
    assert shop.subscription(subscription.id).status == "active"
    assert "Pay this invoice" not in browser.get(url).text


def test_an_invoice_is_also_a_pdf(shop: Shop, browser: httpx.Client) -> None:
    invoice = shop.subscription(shop.subscribe(shop.price().id).id).latest_invoice
    answer = browser.get(invoice.invoice_pdf)

    assert answer.headers["content-type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")
    assert str(invoice.number).encode() in answer.content


def test_an_inactive_price_cannot_be_sold(shop: Shop) -> None:
    price = shop.price()
    shop.v1.prices.update(price.id, {"active": False})

    with pytest.raises(Exception, match="inactive"):
        shop.checkout(price.id)


def test_tax_needs_to_know_where_the_customer_lives(shop: Shop) -> None:
    price, customer = shop.price(), shop.customer()
    taxed = {"customer": customer.id, "automatic_tax": {"enabled": True}}

    with pytest.raises(Exception, match="requires a valid address"):
        shop.checkout(price.id, **taxed)
    assert shop.checkout(price.id, **taxed, customer_update={"address": "auto"}).url


def test_the_page_asks_where_somebody_lives_and_keeps_it_where_the_shop_lets_it(
    shop: Shop, browser: httpx.Client
) -> None:
    customer = shop.customer(name="Ada")
    session = shop.checkout(
        shop.price().id,
        customer=customer.id,
        automatic_tax={"enabled": True},
        billing_address_collection="required",
        customer_update={"address": "auto"},
        tax_id_collection={"enabled": True},
    )
    page = f"/c/pay/{session.id}"
    assert "Country" in browser.get(page).text
    card = {"card": "4242424242424242"}
    assert "in which country" in browser.post(page, data=card).text
    form = {"country": "DE", "name": "Eve", "tax_type": "eu_vat", "tax_value": "DE123456789"}
    browser.post(page, data={**card, **form})

    after = shop.v1.customers.retrieve(customer.id, {"expand": ["tax_ids"]})
    assert (after.address.country, after.name) == ("DE", "Ada")  # pyright: ignore[reportOptionalMemberAccess]
    assert [each.value for each in after.tax_ids.data] == ["DE123456789"]  # pyright: ignore[reportOptionalMemberAccess]
    done = shop.v1.checkout.sessions.retrieve(session.id)
    assert done.customer_details.tax_ids[0].value == "DE123456789"  # pyright: ignore[reportOptionalMemberAccess]
    assert shop.subscription(str(done.subscription)).automatic_tax.enabled
