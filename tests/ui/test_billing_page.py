"""What the billing page and the banner say about each state a subscription can be in. Pure."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from saas_app.billing import offer
from saas_app.billing.models import Invoice
from saas_app.entitlements.summary import Ahead, Summary
from saas_app.entitlements.usage import Usage
from saas_app.plans import access
from saas_app.plans.access import Reason, Status, Subscribed
from saas_app.plans.features import Feature
from saas_app.ui.pages.billing import rows
from saas_app.ui.state.shell import banner

NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
LATER = NOW + timedelta(days=9)
FREE = "You are on the free limits. Nothing is charged."
OVER = "The last payment failed and the time to mend it is over, so the free limits apply. Nothing was deleted."
PAUSED = "Your plan is paused. Add a card to go on; nothing was deleted."
ENDED = "Your plan has ended and the free limits apply. Nothing was deleted."
UNSTARTED = "The first payment was never completed, so the free limits apply. Nothing was charged."


def found(status: Status | None, *, failed_days=0, cancel_at=None, **more) -> Summary:
    """A summary as `entitlements.summary` makes it of a Pro month in this status."""
    failed = NOW - timedelta(days=failed_days) if failed_days else None
    subscribed = (
        Subscribed(status, "tidemark_pro_month_v1", failed_since=failed) if status else None
    )
    standing = access.of(offer.catalogue(), subscribed, now=NOW)
    billed = status in {Status.TRIALING, Status.ACTIVE, Status.PAST_DUE}
    made = Summary(
        id=1 if status else None,
        plan=standing.plan,
        status=status.value if status else "none",
        interval="month" if status else None,
        seats=1,
        amount_cents=2900 if status else None,
        currency="usd" if status else None,
        started_at=NOW if status else None,
        trial_end=LATER if status is Status.TRIALING else None,
        current_period_end=LATER if status else None,
        cancel_at=cancel_at,
        grace_until=standing.grace_until,
        next_charge_at=LATER if billed and cancel_at is None else None,
        access=standing,
    )
    return replace(made, **more)


CASES = [
    # facts, plan, badge, tone, sentence, cancel/resume/buy/portal
    (found(None), "Free", "Current plan", "quiet", FREE, "buy"),
    (
        found(Status.TRIALING), "Pro", "Trial", "good",
        "Your trial runs until 10 Dec 2026. Nothing is charged before; then the plan goes on unless you cancel.",
        "change cancel portal",
    ),
    (
        found(Status.ACTIVE), "Pro", "Active", "good",
        "Paid until 10 Dec 2026, then it renews.", "change cancel portal",
    ),
    (
        found(Status.ACTIVE, cancel_at=LATER), "Pro", "Ending", "warn",
        "Everything stays until 10 Dec 2026. Nothing is charged after that.", "resume portal",
    ),
    (
        found(Status.TRIALING, cancel_at=LATER), "Pro", "Ending", "warn",
        "Everything stays until 10 Dec 2026. Nothing is charged after that.", "resume portal",
    ),
    (
        found(Status.PAST_DUE, failed_days=2), "Pro", "Payment failed", "warn",
        "The last payment failed. Everything stays as it is until 6 Dec 2026; mend the card to keep it.",
        "cancel portal",
    ),
    (found(Status.PAST_DUE, failed_days=8), "Free", "Payment overdue", "bad", OVER, "cancel portal"),
    (found(Status.UNPAID), "Free", "Unpaid", "bad", OVER, "buy portal"),
    (found(Status.PAUSED), "Free", "Paused", "warn", PAUSED, "wake portal"),
    (
        found(Status.PAUSED, resting_until=LATER), "Free", "Paused", "warn",
        "Your plan rests and goes on by itself on 10 Dec 2026. Nothing is charged until then; nothing was deleted.",
        "wake portal",
    ),
    (found(Status.CANCELED), "Free", "Ended", "quiet", ENDED, "buy portal"),
    (found(Status.INCOMPLETE), "Free", "Not started", "quiet", UNSTARTED, "buy portal"),
    (found(Status.INCOMPLETE_EXPIRED), "Free", "Not started", "quiet", UNSTARTED, "buy portal"),
]  # fmt: skip


@pytest.mark.parametrize(("facts", "plan", "badge", "tone", "sentence", "ways"), CASES)
def test_each_state_has_its_badge_its_sentence_and_its_ways_on(
    facts, plan, badge, tone, sentence, ways
):
    card = rows.plan_card(facts, "UTC")
    assert (card.name, card.badge, card.tone, card.state) == (plan, badge, tone, sentence)
    offered = {
        "cancel": card.can_cancel,
        "resume": card.can_resume,
        "buy": card.can_buy,
        "change": card.can_change,
        "wake": card.can_wake,
        "portal": card.has_portal,
    }
    assert {name for name, there in offered.items() if there} == set(ways.split())


AHEAD = Ahead("pro", "month", 3, 2900, LATER)


@pytest.mark.parametrize(
    ("waits", "title", "says", "undo", "pay"),
    [
        ({}, "", "", False, ""),
        (
            {"scheduled": AHEAD},
            "Pro, by the month, 3 seats, begins on 10 Dec 2026",
            "$87 per month",
            True,
            "",
        ),
        (
            {"pending": AHEAD, "pay_url": "http://x/i/in_1"},
            "Pro, by the month, 3 seats, waits for its payment",
            "Pay until 10 Dec 2026",
            False,
            "http://x/i/in_1",
        ),
    ],
)
def test_a_change_that_waits_says_for_what_and_how_to_get_out_of_it(waits, title, says, undo, pay):
    card = rows.ahead_card(found(Status.ACTIVE, **waits), "UTC")
    assert (card.title, card.can_undo, card.pay_url) == (title, undo, pay)
    assert says in card.text


def test_what_is_charged_next_is_what_was_booked_less_what_is_taken_off():
    tenth = {
        "id": "di_1",
        "name": "Spring",
        "code": "SPRING10",
        "percent_off": 10.0,
        "ends_at": None,
    }
    card = rows.plan_card(found(Status.ACTIVE, scheduled=AHEAD, discounts=(tenth,)), "UTC")
    assert card.next_charge == "Next charge: $78.30 on 10 Dec 2026."
    assert card.discounts == ("SPRING10: 10 % off",)


def test_days_are_those_of_their_reader():
    late = datetime(2026, 12, 10, 23, 30, tzinfo=UTC)
    card = rows.plan_card(found(Status.ACTIVE, current_period_end=late), "Europe/Berlin")
    assert "11 Dec 2026" in card.state


def test_every_status_is_among_the_cases():
    assert {facts.status for facts, *_ in CASES} == {"none", *(status.value for status in Status)}


def test_a_plan_that_staff_gave_is_not_called_free():
    given = access.granted(offer.catalogue(), "pro")
    card = rows.plan_card(replace(found(None), plan="pro", access=given), "UTC")
    assert (card.name, card.badge) == ("Pro", "Granted")
    assert card.state == "This plan was given to your workspace. Nothing is charged."


@pytest.mark.parametrize(
    ("facts", "price", "charge"),
    [
        (found(Status.ACTIVE), "$29 per month", "Next charge: $29.00 on 10 Dec 2026."),
        (
            found(Status.ACTIVE, interval="year", amount_cents=29000),
            "$290 per year",
            "Next charge: $290.00 on 10 Dec 2026.",
        ),
        (
            found(Status.ACTIVE, amount_cents=999, seats=3),
            "$29.97 per month",
            "Next charge: $29.97 on 10 Dec 2026.",
        ),
        (found(Status.ACTIVE, cancel_at=LATER), "$29 per month", ""),
        (found(Status.CANCELED), "", ""),
        (found(None), "", ""),
    ],
)
def test_what_one_pays_and_when(facts, price, charge):
    card = rows.plan_card(facts, "UTC")
    assert (card.price, card.next_charge) == (price, charge)


@pytest.mark.parametrize(
    ("used", "limit", "words", "percent", "state"),
    [
        (0, 5, "0 of 5", 0, "ok"),
        (3, 5, "3 of 5", 60, "ok"),
        (4, 5, "4 of 5", 80, "near"),
        (5, 5, "5 of 5", 100, "full"),
        (7, 5, "7 of 5", 100, "full"),
        (0, 0, "0 of 0", 100, "full"),
        (7, None, "7, unlimited", 0, "ok"),
        (199, 200, "199 of 200", 99, "near"),
    ],
)
def test_a_meter_says_what_is_used_and_is_full_only_at_the_end(used, limit, words, percent, state):
    row = rows.meter_row(Usage(Feature.WATCHLIST_ITEMS, used, limit, None), "UTC")
    assert (row.label, row.used, row.percent, row.state) == (
        "Watchlist items",
        words,
        percent,
        state,
    )


@pytest.mark.parametrize(
    ("status", "words", "tone"),
    [
        ("paid", "Paid", "good"),
        ("open", "Due", "warn"),
        ("void", "Voided", "quiet"),
        ("uncollectible", "Not collected", "bad"),
        ("draft", "Draft", "quiet"),
    ],
)
def test_each_invoice_has_its_words(status, words, tone):
    row = rows.invoice_row(
        Invoice(
            workspace_id=1,
            stripe_id="in_1",
            number="T-1",
            status=status,
            total_cents=129_000,
            paid_cents=0,
            due_cents=0,
            currency="usd",
            created_at=NOW,
            hosted_url=None,
            pdf_url="http://x/pdf",
        ),
        "UTC",
    )
    assert (row.status, row.tone, row.amount, row.day) == (words, tone, "$1,290.00", "1 Dec 2026")
    assert (row.url, row.pdf) == ("", "http://x/pdf")


@pytest.mark.parametrize(
    ("facts", "tone", "says", "href"),
    [
        (found(None), "info", "", ""),
        (found(Status.ACTIVE), "info", "", ""),
        (found(Status.TRIALING), "info", "9 days", "/settings/billing"),
        (found(Status.TRIALING, trial_end=NOW + timedelta(hours=5)), "info", "1 day", "/settings/billing"),
        (found(Status.TRIALING, trial_end=NOW + timedelta(hours=25)), "info", "2 days", "/settings/billing"),
        (found(Status.ACTIVE, cancel_at=LATER), "info", "10 Dec 2026", "/settings/billing"),
        (found(Status.PAST_DUE, failed_days=2), "warn", "6 Dec 2026", "/manage-subscription"),
        (found(Status.PAST_DUE, failed_days=8), "bad", "", "/manage-subscription"),
        (found(Status.UNPAID), "bad", "", "/manage-subscription"),
        (found(Status.PAUSED), "warn", "", "/manage-subscription"),
        (found(Status.PAUSED, resting_until=LATER), "info", "10 Dec 2026", "/settings/billing"),
        (found(Status.CANCELED), "info", "", ""),
    ],
)  # fmt: skip
def test_the_banner_says_the_one_thing_that_needs_saying(facts, tone, says, href):
    shown = banner(facts, NOW, "UTC")
    assert (shown.tone, shown.href) == (tone, href)
    assert says in shown.text
    assert bool(shown.text) == bool(href) == bool(shown.label)
    # The billing page says itself what is owed.
    assert shown.of_payment == (
        facts.access.reason in {Reason.IN_GRACE, Reason.GRACE_OVER, Reason.UNPAID}
    )


def test_every_reason_but_a_gift_was_among_the_cases():
    assert {facts.access.reason for facts, *_ in CASES} == set(Reason) - {Reason.GRANTED}


def test_a_quota_says_what_is_left_and_when_it_begins_anew():
    resets = datetime(2026, 11, 22, tzinfo=UTC)
    row = rows.meter_row(Usage(Feature.AI_PROMPTS, 1, 3, None, resets), "UTC")
    assert row.used == "1 of 3, 2 left until 22 Nov 2026, 00:00 UTC"


def test_where_tax_is_worked_out_the_next_charge_says_that_it_may_come_on_top(configured):
    assert "taxes" not in rows.plan_card(found(Status.ACTIVE), "UTC").next_charge
    configured.automatic_tax = True
    assert rows.plan_card(found(Status.ACTIVE), "UTC").next_charge.endswith(
        "; taxes may come on top."
    )
