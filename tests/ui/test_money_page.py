"""The money part of the billing page: what it says, and what its handlers let whom do."""

import asyncio
import dataclasses
from datetime import UTC, datetime, timedelta

import pytest

from saas_app.billing import cards
from saas_app.billing.dunning import Debt
from saas_app.billing.lifecycle import Seen
from saas_app.billing.money_models import PaymentMethod, TaxId
from saas_app.billing.stripe import client
from saas_app.billing.wallet import CardFacts
from saas_app.core.db import snapshot
from saas_app.entitlements import sync
from saas_app.plans.access import Status
from saas_app.ui.pages.billing.money import rows
from saas_app.ui.pages.billing.money.state import Money
from saas_app.ui.pages.billing.state import Billing
from saas_app.workspaces.roles import Role
from tests.support.billing_world import (
    add_member,
    advance,
    buy,
    customer_of,
    new_tenant,
    new_user,
)
from tests.support.states import logged_in, tab

NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
SEEN = Seen("sub_1", Status.ACTIVE, "pro", "pro", 1, period_end_at=NOW + 20 * DAY)
CARD = CardFacts("pm_1", "card", NOW, "visa", "4242", 12, 2026)
OWED = Debt("in_1", 2900, "usd", 1, NOW + 3 * DAY, failure="insufficient_funds", pay_url="/pay")


def shown(seen: Seen | None = SEEN, card: CardFacts | None = CARD, now: datetime = NOW):
    return rows.trouble(seen, card, add_card="/add", now=now, zone="Europe/Berlin")


@pytest.mark.parametrize(
    ("values", "says", "href"),
    [
        (
            {"debt": OWED, "past_due_since_at": NOW},
            "$29.00 is open. Your bank said that the card does not cover it. We try again by ourselves on 4 Dec 2026.",
            "/add",
        ),
        (
            {
                "debt": dataclasses.replace(OWED, next_attempt_at=None, failure="odd"),
                "past_due_since_at": NOW,
            },
            "$29.00 is open. We do not try again by ourselves.",
            "/add",
        ),
        (
            {
                "debt": dataclasses.replace(OWED, needs_bank=True, currency="jpy"),
                "past_due_since_at": NOW,
            },
            "Your bank asks you to confirm a payment of JPY 2,900.",
            "/pay",
        ),
    ],
)
def test_what_is_owed_is_said_with_the_next_try_and_the_way_out(values, says, href):
    found = shown(dataclasses.replace(SEEN, status=Status.PAST_DUE, **values))
    assert found.text.startswith(says)
    assert (found.href, found.of_payment) == (href, True)


def test_an_open_invoice_that_is_not_overdue_is_no_trouble():
    assert shown(dataclasses.replace(SEEN, debt=OWED), card=None).text == ""


def test_a_card_at_its_end_is_said_and_gone_with_its_successor():
    assert shown().text == ""  # 31 days
    assert "expires within a month" in shown(now=NOW + 2 * DAY).text
    late = dataclasses.replace(SEEN, period_end_at=datetime(2027, 1, 2, tzinfo=UTC))
    assert "will have expired" in shown(late, now=NOW + 28 * DAY).text
    yearly = dataclasses.replace(SEEN, period_end_at=NOW + 200 * DAY)
    assert shown(yearly, now=NOW + 31 * DAY).text.startswith("Visa 4242 has expired.")
    assert shown(late, dataclasses.replace(CARD, exp_year=2030), NOW + 28 * DAY).text == ""
    assert shown(None).text == ""


def test_a_card_and_what_is_none_read_well():
    card = PaymentMethod(
        id=3, stripe_id="pm", workspace_id=1, kind="card", brand="visa", last4="4242",
        exp_month=3, exp_year=2031, is_default=True, created_at=NOW,
    )  # fmt: skip
    assert rows.card_row(card) == rows.CardRow(3, "Visa ···· 4242", "expires 03/2031", True)
    link = PaymentMethod(stripe_id="pm", workspace_id=1, kind="sepa_debit", created_at=NOW)
    assert rows.card_row(link).name == "sepa debit"
    number = TaxId(
        id=1, stripe_id="t", workspace_id=1, kind="eu_vat", value="DE1", status="verified",
        created_at=NOW,
    )  # fmt: skip
    assert rows.tax_id_row(number) == rows.TaxIdRow(1, "EU VAT DE1", "verified")


@pytest.fixture
def ada(stripe_world):
    tenant = new_tenant()
    buy(stripe_world, tenant)
    method = client.made().v1.payment_methods.attach(
        "pm_card_mastercard", {"customer": customer_of(tenant).stripe_id}
    )
    assert method.id
    sync.workspace(tenant.id)
    return tenant


def money(tenant, user=None, *acts):
    """The state after these acts, and the last notice."""

    async def done():
        page = tab("/settings/billing", logged_in(tenant, user))
        await page.call(Money, "load")
        for name, *args in acts:
            await page.call(Money, name, *args)
        return await page.of(Money), await page.notice()

    return asyncio.run(done())


def ids_of(tenant) -> dict[str, int]:
    with snapshot() as session:
        return {card.last4: card.id or 0 for card in cards.of(session, tenant.id)}


@pytest.mark.db
def test_choosing_and_removing_a_card_is_shown_at_once(ada):
    ids = ids_of(ada)
    page, said = money(ada, None, ("choose", ids["4444"]), ("remove", ids["4242"]))
    assert [(card.name, card.is_default) for card in page.cards] == [("Mastercard ···· 4444", True)]
    assert said == "The card is removed. Nothing else was changed."


@pytest.mark.db
def test_the_charged_card_stays_and_the_reason_is_said(ada):
    page, said = money(ada, None, ("remove", ids_of(ada)["4242"]))
    assert len(page.cards) == 2
    assert "Your subscription is charged to this card" in said


@pytest.mark.db
@pytest.mark.parametrize("role", [Role.ANALYST, Role.VIEWER])
def test_who_may_not_see_the_billing_sees_none_of_it_and_changes_nothing(ada, role):
    ben = new_user("ben")
    add_member(ada, ben, role)
    page, said = money(ada, ben, ("choose", ids_of(ada)["4444"]), ("edit",))
    assert (page.cards, page.details["email"], page.may_see, page.editing) == ([], "", False, False)
    assert "does not cover this" in said


@pytest.mark.db
def test_a_card_of_somebody_else_is_not_there(ada, stripe_world):
    mallory = new_tenant("mallory")
    buy(stripe_world, mallory)
    _, said = money(mallory, None, ("choose", ids_of(ada)["4444"]))
    assert said == "That card is not there. Nothing was changed."


@pytest.mark.db
def test_details_are_saved_and_what_is_wrong_stays_in_its_field(ada):
    wrong = {"name": "", "email": "nobody", "country": "DE"}
    page, _ = money(ada, None, ("edit",), ("save", wrong))
    assert page.editing
    assert page.details["email"] == "nobody"
    assert page.problems["email"]
    assert page.problems["name"]
    page, said = money(ada, None, ("save", {"name": "Harbour", "email": "a@b.example"}))
    assert (page.editing, page.details["name"]) == (False, "Harbour")
    assert said.startswith("Invoices carry this from now on")


@pytest.mark.db
def test_tax_numbers_are_added_refused_and_removed(ada):
    page, _ = money(ada, None, ("add_tax_id", {"kind": "eu_vat", "value": "x"}))
    assert "not accepted" in page.problems["value"]
    page, _ = money(ada, None, ("add_tax_id", {"kind": "eu_vat", "value": "DE123456789"}))
    assert page.tax_ids[0].name == "EU VAT DE123456789"
    page, said = money(ada, None, ("remove_tax_id", page.tax_ids[0].id))
    assert page.tax_ids == []
    assert said.startswith("The number is off")


@pytest.mark.db
def test_invoices_come_a_page_at_a_time_and_say_what_went_back(ada, stripe_world):
    advance(stripe_world, "15d")
    for _ in range(13):
        advance(stripe_world, "31d")
    stripe = client.made().v1
    intents = stripe.payment_intents.list({"customer": customer_of(ada).stripe_id}).data
    stripe.refunds.create({"payment_intent": intents[0].id, "amount": 900})
    sync.workspace(ada.id)

    async def done():
        page = tab("/settings/billing", logged_in(ada))
        await page.call(Billing, "load")
        first = await page.of(Billing)
        before = (len(first.invoices), first.has_more)
        await page.call(Billing, "show_more")
        return before, await page.of(Billing)

    before, after = asyncio.run(done())
    assert before == (12, True)
    assert len(after.invoices) > 12
    assert not after.has_more
    assert [row.given_back for row in after.invoices if row.given_back] == ["$9.00 given back"]
