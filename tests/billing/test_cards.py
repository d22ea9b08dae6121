"""Cards, what stands on invoices, and both ways to change them: our pages and Stripe's own."""

import pytest
from sqlmodel import select

from saas_app.audit.models import AuditLog
from saas_app.billing import cards, payer, sync
from saas_app.billing.errors import CardDeclined, CardInUse, OnlyCard, TaxIdRefused
from saas_app.billing.stripe import client
from saas_app.billing.wallet import PayerFacts
from saas_app.core.db import snapshot
from saas_app.core.errors import Invalid, NotFound
from tests.support.billing_world import (
    access_of,
    advance,
    buy,
    customer_of,
    deliver_all,
    new_tenant,
    subscriptions_of,
    told,
)

pytestmark = pytest.mark.db
MASTERCARD = "5555555555554444"
FAILS_LATER = "4000000000000341"
ASKS_BANK_AT_SETUP = "4000002500003155"


@pytest.fixture
def ada(stripe_world):
    tenant = new_tenant()
    buy(stripe_world, tenant)
    return tenant


def cards_of(tenant):
    with snapshot() as session:
        return cards.of(session, tenant.id)


def shown(tenant) -> list[tuple[str, bool]]:
    return [(card.last4, card.is_default) for card in cards_of(tenant)]


def setup_page(url: str) -> str:
    return url.rstrip("/").rsplit("/", 1)[-1].partition("?")[0].partition("#")[0]


def add(stripe_world, tenant, card: str = MASTERCARD, **how) -> cards.Added:
    page = setup_page(cards.add(tenant.workspace, tenant.owner, back_to="/settings/billing"))
    stripe_world.complete_checkout(page, card, **how)
    return cards.added(page, tenant.workspace, tenant.owner)


def test_the_card_of_the_purchase_is_the_one_that_is_charged(ada):
    assert shown(ada) == [("4242", True)]


@pytest.mark.parametrize("card", [MASTERCARD, ASKS_BANK_AT_SETUP])
def test_a_new_card_is_charged_from_now_on_and_coming_back_twice_is_harmless(
    ada, stripe_world, card
):
    page = setup_page(cards.add(ada.workspace, ada.owner, back_to="/settings/billing"))
    stripe_world.complete_checkout(page, card)
    for _ in range(2):
        assert cards.added(page, ada.workspace, ada.owner) == cards.Added(done=True)
    assert shown(ada) == [(card[-4:], True), ("4242", False)]
    running = client.made().v1.subscriptions.retrieve(subscriptions_of(ada)[0].stripe_id)
    asked = (
        running.default_payment_method
        or client.made()
        .v1.customers.retrieve(customer_of(ada).stripe_id)
        .invoice_settings.default_payment_method
    )
    assert asked == cards_of(ada)[0].stripe_id


def test_a_page_that_was_left_adds_nothing(ada):
    page = setup_page(cards.add(ada.workspace, ada.owner, back_to="/settings/billing"))
    assert cards.added(page, ada.workspace, ada.owner) == cards.Added(done=False)
    assert shown(ada) == [("4242", True)]


def test_another_workspaces_page_and_card_are_not_there(ada, stripe_world):
    mallory = new_tenant("mallory")
    buy(stripe_world, mallory)
    page = setup_page(cards.add(ada.workspace, ada.owner, back_to="/settings/billing"))
    stripe_world.complete_checkout(page, MASTERCARD)
    adas = cards_of(ada)[0].id
    for attempt in (
        lambda: cards.added(page, mallory.workspace, mallory.owner),
        lambda: cards.added("cs_test_nothing", mallory.workspace, mallory.owner),
        lambda: cards.make_default(mallory.workspace, mallory.owner, adas),
        lambda: cards.remove(mallory.workspace, mallory.owner, adas),
        lambda: cards.remove(mallory.workspace, mallory.owner, 999_999),
    ):
        with pytest.raises(NotFound):
            attempt()
    assert shown(mallory) == [("4242", True)]


def test_the_card_that_is_charged_stays_until_another_takes_its_place(ada, stripe_world):
    (first,) = cards_of(ada)
    with pytest.raises(OnlyCard):
        cards.remove(ada.workspace, ada.owner, first.id)
    add(stripe_world, ada)
    with pytest.raises(CardInUse):
        cards.remove(ada.workspace, ada.owner, cards_of(ada)[0].id)
    cards.make_default(ada.workspace, ada.owner, first.id)
    assert shown(ada) == [("4242", True), ("4444", False)]
    cards.remove(ada.workspace, ada.owner, cards_of(ada)[1].id)
    assert shown(ada) == [("4242", True)]
    client.made().v1.subscriptions.update(
        subscriptions_of(ada)[0].stripe_id, {"cancel_at_period_end": True}
    )
    cards.remove(ada.workspace, ada.owner, cards_of(ada)[0].id)
    assert shown(ada) == []
    with snapshot() as session:
        acts = [row.event for row in session.exec(select(AuditLog).order_by(AuditLog.id))]
    assert {"billing.card_added", "billing.card_chosen", "billing.card_removed"} <= set(acts)


def test_a_good_card_pays_what_is_owed_at_once(stripe_world):
    tenant = new_tenant()
    buy(stripe_world, tenant, card=FAILS_LATER)
    advance(stripe_world, "14d")
    advance(stripe_world, "2h")
    deliver_all(stripe_world)
    assert subscriptions_of(tenant)[0].status == "past_due"
    assert add(stripe_world, tenant, FAILS_LATER) == cards.Added(done=True, declined=True)
    assert access_of(tenant).plan == "pro"
    assert add(stripe_world, tenant) == cards.Added(done=True)
    assert subscriptions_of(tenant)[0].status == "active"
    assert told(tenant.owner)[-1] == "billing.recovered"


def test_choosing_another_card_pays_what_is_owed_or_says_that_the_bank_refused(ada, stripe_world):
    add(stripe_world, ada, FAILS_LATER)
    advance(stripe_world, "14d")
    advance(stripe_world, "2h")
    deliver_all(stripe_world)
    fails, works = cards_of(ada)
    with pytest.raises(CardDeclined):
        cards.make_default(ada.workspace, ada.owner, fails.id)
    assert subscriptions_of(ada)[0].status == "past_due"
    cards.make_default(ada.workspace, ada.owner, works.id)
    assert subscriptions_of(ada)[0].status == "active"
    assert shown(ada) == [("4242", True), ("0341", False)]


HARBOUR = PayerFacts(
    name="Harbour Ltd",
    email="bills@example.org",
    line1="1 Quay",
    city="Kiel",
    postal_code="24103",
    country="de",
)


def details(tenant) -> PayerFacts:
    with snapshot() as session:
        return payer.of(session, tenant.id)


def test_what_stands_on_invoices_is_stripes_and_shown_here(ada):
    payer.change(ada.workspace, ada.owner, HARBOUR)
    at_stripe = client.made().v1.customers.retrieve(customer_of(ada).stripe_id)
    assert (at_stripe.name, at_stripe.address.country) == ("Harbour Ltd", "DE")
    assert details(ada).city == "Kiel"
    client.made().v1.customers.update(at_stripe.id, {"name": "Harbour AG"})
    sync.workspace(ada.id)
    assert details(ada).name == "Harbour AG"


def test_every_fault_of_the_details_is_named_at_once(ada):
    with pytest.raises(Invalid) as refused:
        payer.change(
            ada.workspace,
            ada.owner,
            PayerFacts(name=" ", email="nobody", country="Germany", line2="x" * 201),
        )
    assert set(refused.value.fields) == {"name", "email", "country", "line2"}


def test_tax_numbers_come_and_go_and_a_wrong_one_is_refused(ada):
    payer.add_tax_id(ada.workspace, ada.owner, kind="eu_vat", value="DE123456789")
    with snapshot() as session:
        (row,) = payer.tax_ids(session, ada.id)
    assert (row.kind, row.value) == ("eu_vat", "DE123456789")
    with pytest.raises(TaxIdRefused):
        payer.add_tax_id(ada.workspace, ada.owner, kind="eu_vat", value="nonsense")
    mallory = new_tenant("mallory")
    with pytest.raises(NotFound):
        payer.remove_tax_id(mallory.workspace, mallory.owner, row.id)
    payer.remove_tax_id(ada.workspace, ada.owner, row.id)
    with snapshot() as session:
        assert payer.tax_ids(session, ada.id) == []


def test_who_never_bought_anything_can_leave_details_and_a_card_first(stripe_world):
    tenant = new_tenant()
    payer.change(tenant.workspace, tenant.owner, HARBOUR)
    assert add(stripe_world, tenant) == cards.Added(done=True)
    assert shown(tenant) == [("4444", True)]


def test_the_way_back_of_a_card_that_was_removed_since_does_nothing(ada, stripe_world):
    page = setup_page(cards.add(ada.workspace, ada.owner, back_to="/settings/billing"))
    stripe_world.complete_checkout(page, MASTERCARD)
    cards.added(page, ada.workspace, ada.owner)
    first, second = cards_of(ada)
    cards.make_default(ada.workspace, ada.owner, second.id)
    cards.remove(ada.workspace, ada.owner, first.id)
    assert cards.added(page, ada.workspace, ada.owner) == cards.Added(done=False)
    assert shown(ada) == [("4242", True)]
