from concurrent.futures import ThreadPoolExecutor

import pytest
import stripe

from saas_app.billing import checkout, customers, gateway
from saas_app.billing.errors import AlreadySubscribed, NotConfigured
from saas_app.billing.stripe import client
from saas_app.billing.stripe.gateway import StripeGateway
from saas_app.core import db
from saas_app.core.errors import Invalid, NotFound
from saas_app.entitlements import sync
from tests.support.billing_world import (
    access_of,
    advance,
    buy,
    customer_of,
    deliver_all,
    invoices_of,
    new_tenant,
    new_user,
    reloaded,
    subscriptions_of,
    told,
)

pytestmark = pytest.mark.db


def start(tenant, plan="pro", interval="month", seats=1):
    return checkout.start(tenant.workspace, tenant.owner, plan=plan, interval=interval, seats=seats)


def page(session_id: str) -> stripe.checkout.Session:
    return client.made().v1.checkout.sessions.retrieve(session_id)


def customers_at_stripe() -> list[str]:
    return [c.id for c in client.made().v1.customers.list({"limit": 100}).data]


def test_a_trial_bought_on_the_page_opens_the_plan(stripe_world):
    ada = new_tenant()
    started = start(ada)
    assert access_of(ada).plan == "free"
    stripe_world.complete_checkout(started.session_id)

    returned = checkout.finish(started.session_id, ada.workspace)

    assert returned.paid
    assert access_of(ada).plan == "pro"
    assert [s.status for s in subscriptions_of(ada)] == ["trialing"]
    assert [i.status for i in invoices_of(ada)] == ["paid"]
    person = reloaded(ada.owner)
    assert (person.plan_type, person.subscription_status) == ("pro", "trialing")
    assert person.trial_end_date == subscriptions_of(ada)[0].trial_end_at
    assert told(ada.owner) == ["billing.trial_started"]


@pytest.mark.usefixtures("stripe_world")
def test_the_page_carries_whose_it_is_and_where_to_return(configured):
    ada = new_tenant()
    made = page(start(ada).session_id)
    assert made.client_reference_id == ada.workspace.key
    assert made.metadata["workspace"] == ada.workspace.key
    assert (
        made.success_url
        == f"{configured.origin}/payment/success?session_id={{CHECKOUT_SESSION_ID}}"
    )
    assert made.cancel_url == f"{configured.origin}/payment/canceled"
    assert made.customer == customer_of(ada).stripe_id


@pytest.mark.usefixtures("stripe_world")
def test_returning_without_paying_changes_nothing():
    ada = new_tenant()
    assert not checkout.finish(start(ada).session_id, ada.workspace).paid
    assert access_of(ada).plan == "free"
    assert told(ada.owner) == []


def test_row_01_twenty_clicks_at_once_are_one_customer_and_one_page(stripe_world):
    ada = new_tenant()
    with ThreadPoolExecutor(20) as crowd:
        pages = list(crowd.map(lambda _: start(ada), range(20)))
    assert len({made.session_id for made in pages}) == 1
    assert customers_at_stripe() == [customer_of(ada).stripe_id]

    stripe_world.complete_checkout(pages[0].session_id)
    checkout.finish(pages[0].session_id, ada.workspace)
    assert [s.status for s in subscriptions_of(ada)] == ["trialing"]


@pytest.mark.usefixtures("stripe_world")
def test_another_choice_closes_the_first_page():
    ada = new_tenant()
    monthly = start(ada, interval="month")
    yearly = start(ada, interval="year")
    assert page(monthly.session_id).status == "expired"
    assert page(yearly.session_id).status == "open"
    assert start(ada, interval="year") == yearly


def test_row_06_who_pays_already_is_sent_to_billing(stripe_world):
    ada = new_tenant()
    buy(stripe_world, ada)
    with pytest.raises(AlreadySubscribed) as refused:
        start(ada, interval="year")
    assert refused.value.facts["link"] == "/settings/billing"
    assert "Nothing was ordered or charged" in refused.value.message


def test_row_06_a_purchase_we_never_heard_of_is_not_made_twice(stripe_world):
    ada = new_tenant()
    stripe_world.complete_checkout(start(ada).session_id)  # and no webhook, no success page
    with pytest.raises(AlreadySubscribed):
        start(ada)


def test_row_06_paid_in_another_tab_while_we_looked_it_is_not_sold_again(stripe_world, monkeypatch):
    """Between the look at what runs and the look at which pages are open."""
    ada = new_tenant()
    first = start(ada, interval="month")
    pages = StripeGateway.checkouts

    def paid_just_before(stripe, customer):
        monkeypatch.undo()
        stripe_world.complete_checkout(first.session_id)
        return pages(stripe, customer)

    monkeypatch.setattr(StripeGateway, "checkouts", paid_just_before)
    with pytest.raises(AlreadySubscribed):
        start(ada, interval="year")


def test_row_06_when_two_pages_were_paid_the_newest_stays(stripe_world):
    ada, sam = new_tenant(), new_user("sam", is_staff=True)
    first = start(ada)
    stripe = client.made()
    again = stripe.v1.checkout.sessions.create(
        {
            "mode": "subscription",
            "customer": customer_of(ada).stripe_id,
            "client_reference_id": ada.workspace.key,
            "line_items": [
                {
                    "price": stripe.v1.prices.list({"lookup_keys": ["tidemark_pro_year_v1"]})
                    .data[0]
                    .id,
                    "quantity": 1,
                }
            ],
            "success_url": "http://127.0.0.1:9/",
            "subscription_data": {"metadata": {"workspace": ada.workspace.key}},
        }
    )
    stripe_world.complete_checkout(first.session_id)
    advance(stripe_world, "1m")
    stripe_world.complete_checkout(again.id)

    sync.workspace(ada.id)
    sync.workspace(ada.id)

    assert {(s.interval, s.status) for s in subscriptions_of(ada)} == {
        ("month", "canceled"),
        ("year", "active"),
    }
    assert access_of(ada).plan == "pro"
    assert told(sam) == ["billing.duplicate_ended"]
    assert "billing.ended" not in told(ada.owner)


@pytest.mark.parametrize("session_id", ["cs_test_nowhere", "../customers", "", "cs_test_x/../y"])
@pytest.mark.usefixtures("stripe_world")
def test_an_unknown_session_is_not_found(session_id):
    ada = new_tenant()
    start(ada)
    with pytest.raises(NotFound):
        checkout.finish(session_id, ada.workspace)


def test_row_31_a_foreign_session_looks_like_an_unknown_one(stripe_world):
    ada, mallory = new_tenant("ada"), new_tenant("mallory")
    start(mallory)
    hers = start(ada)
    stripe_world.complete_checkout(hers.session_id)
    with pytest.raises(NotFound) as foreign:
        checkout.finish(hers.session_id, mallory.workspace)
    with pytest.raises(NotFound) as unknown:
        checkout.finish("cs_test_nowhere", mallory.workspace)
    assert foreign.value.message == unknown.value.message
    assert access_of(mallory).plan == "free"


@pytest.mark.parametrize("first", ["page", "webhook"])
def test_row_02_the_webhook_may_come_before_or_after_the_success_page(stripe_world, first):
    ada = new_tenant()
    started = start(ada)
    stripe_world.complete_checkout(started.session_id)
    steps = [
        lambda: checkout.finish(started.session_id, ada.workspace),
        lambda: deliver_all(stripe_world),
    ]
    for step in steps if first == "page" else reversed(steps):
        step()
    assert access_of(ada).plan == "pro"
    assert [s.status for s in subscriptions_of(ada)] == ["trialing"]
    assert told(ada.owner) == ["billing.trial_started"]


def trial_of(session_id: str) -> bool:
    return page(session_id).amount_total == 0


def test_row_07_the_first_purchase_has_a_trial_and_the_second_none(stripe_world):
    ada = new_tenant()
    first = start(ada)
    assert trial_of(first.session_id)
    stripe_world.complete_checkout(first.session_id)
    gateway.current().cancel_now(
        client.made().v1.subscriptions.list({"customer": customer_of(ada).stripe_id}).data[0].id
    )
    # Our mirror has seen nothing of all this: the history is read from Stripe.
    assert subscriptions_of(ada) == []
    assert not trial_of(start(ada, interval="year").session_id)


def test_row_07_a_trial_is_remembered_when_the_customer_is_deleted(stripe_world):
    ada = new_tenant()
    buy(stripe_world, ada)
    gone = customer_of(ada).stripe_id
    client.made().v1.customers.delete(gone)

    again = start(ada)

    assert customer_of(ada).stripe_id not in {gone, None}
    assert not trial_of(again.session_id)
    assert access_of(ada).plan == "free"


@pytest.mark.usefixtures("stripe_world")
def test_row_01_a_crash_after_the_customer_was_made_makes_no_second_one(monkeypatch):
    ada = new_tenant()
    real, calls = db.transaction, []

    def dying():
        calls.append(1)
        if len(calls) == 2:  # the reservation is written, the answer is lost
            raise KeyboardInterrupt
        return real()

    monkeypatch.setattr(customers, "transaction", dying)
    with pytest.raises(KeyboardInterrupt):
        start(ada)
    monkeypatch.setattr(customers, "transaction", real)
    ada.owner.email = "changed@example.com"

    start(ada)
    assert customers_at_stripe() == [customer_of(ada).stripe_id]


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"plan": "free"}, "plan"),
        ({"plan": "enterprise"}, "plan"),
        ({"plan": "gold"}, "plan"),
        ({"interval": "week"}, "interval"),
        ({"seats": 2}, "seats"),
        ({"seats": 0}, "seats"),
    ],
)
@pytest.mark.usefixtures("stripe_world")
def test_what_is_not_for_sale_is_refused_by_field(asked, field):
    ada = new_tenant()
    with pytest.raises(Invalid) as refused:
        start(ada, **asked)
    assert list(refused.value.fields) == [field]
    assert customers_at_stripe() == []


def test_a_lost_answer_makes_no_second_page(stripe_world):
    ada = new_tenant()
    customers_before = customers_at_stripe()
    stripe_world.fault(api_lost=1)
    try:
        start(ada)
    finally:
        stripe_world.fault(clear=True)
    assert len(customers_at_stripe()) == len(customers_before) + 1


@pytest.mark.usefixtures("stripe_world")
def test_a_price_that_was_never_published_is_our_fault_in_words():
    ada = new_tenant()
    for price in client.made().v1.prices.list({"limit": 100}).data:
        client.made().v1.prices.update(price.id, {"active": False})
    with pytest.raises(NotConfigured) as refused:
        start(ada)
    assert "Nothing was charged" in refused.value.message


@pytest.mark.parametrize("on", [False, True])
def test_row_20_tax_is_worked_out_only_where_it_is_set_up_and_the_address_is_kept(
    stripe_world, configured, on
):
    """Without `customer_update` Stripe, and the sandbox, would refuse the taxed page."""
    configured.automatic_tax = on
    ada = new_tenant()
    session_id = start(ada).session_id
    assert page(session_id).automatic_tax.enabled is on
    stripe_world.complete_checkout(session_id)
    checkout.finish(session_id, ada.workspace)
    assert access_of(ada).plan == "pro"


def test_row_20_an_invoice_that_cannot_be_taxed_is_told_to_staff_once(stripe_world, configured):
    configured.automatic_tax = True
    sam, ada = new_user("sam", is_staff=True), new_tenant()
    buy(stripe_world, ada)
    stripe, customer = client.made().v1, customer_of(ada).stripe_id
    stripe.customers.update(customer, {"address": {"country": "DE"}})
    taxed = {"automatic_tax": {"enabled": True}}
    stripe.subscriptions.update(subscriptions_of(ada)[0].stripe_id, taxed)
    stripe.customers.update(customer, {"address": ""})
    advance(stripe_world, "15d")
    for _ in range(2):
        deliver_all(stripe_world)
    assert told(sam) == ["billing.finalization_failed"]
    assert access_of(ada).plan == "pro"
