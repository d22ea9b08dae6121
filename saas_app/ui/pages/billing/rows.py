"""What the billing page shows, as frozen rows made of the summary. Pure: facts in, words out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from saas_app.billing.change_plan import discounting
from saas_app.billing.models import Invoice
from saas_app.core import dates
from saas_app.core.money import Money, written
from saas_app.core.settings import settings
from saas_app.core.texts import text
from saas_app.entitlements.contracts.models import ContractStatus
from saas_app.entitlements.summary import Summary
from saas_app.entitlements.usage import Usage
from saas_app.plans.access import Reason, Status
from saas_app.ui import routes, words
from saas_app.ui.pages.billing.change import rows as change_rows

_FULL = 100
_NEAR = 80
_TONES = {"paid": "good", "open": "warn", "uncollectible": "bad", "void": "quiet"}


@dataclass(frozen=True, slots=True)
class PlanCard:
    """`state` says in one sentence where the subscription stands and what happens next."""

    name: str = ""
    badge: str = ""
    tone: str = "good"
    price: str = ""
    state: str = ""
    next_charge: str = ""
    can_cancel: bool = False
    can_resume: bool = False
    can_buy: bool = False
    can_change: bool = False
    has_portal: bool = False
    discounts: tuple[str, ...] = ()
    can_wake: bool = False
    pause_offer: str = ""
    contract: str = ""  # the words of the way to it


@dataclass(frozen=True, slots=True)
class AheadCard:
    """A change that waits: for the period's end (it can be undone) or for its payment."""

    title: str = ""
    text: str = ""
    pay_url: str = ""
    can_undo: bool = False


@dataclass(frozen=True, slots=True)
class InvoiceRow:
    number: str
    day: str
    amount: str
    status: str
    tone: str
    url: str
    pdf: str
    given_back: str = ""


@dataclass(frozen=True, slots=True)
class MeterRow:
    """`state` is ok, near or full; `percent` never above 100."""

    label: str
    used: str
    percent: int
    state: str
    why: str
    why_label: str


def plan_card(found: Summary, zone: str) -> PlanCard:
    plan = found.access.catalogue.plan(found.plan, found.access.generation)
    alive = found.status in {Status.TRIALING, Status.ACTIVE, Status.PAST_DUE}
    own = found.contract != ContractStatus.ACCEPTED
    return PlanCard(
        name=plan.name,
        badge=text(f"billing_page.badge.{_badge(found)}"),
        tone=_tone(found),
        price=_price(found),
        state=_state(found, zone),
        next_charge=_next_charge(found, zone),
        can_cancel=alive and own and found.cancel_at is None,
        can_resume=alive and own and found.cancel_at is not None,
        can_buy=not alive and found.status != Status.PAUSED,
        can_change=found.status in {Status.TRIALING, Status.ACTIVE}
        and found.cancel_at is None
        and own,
        contract=text(f"billing_page.contract.{found.contract}") if found.contract else "",
        has_portal=found.id is not None,
        discounts=tuple(_discount(each, zone) for each in found.discounts),
        can_wake=found.status == Status.PAUSED,
        pause_offer=text("billing_page.pause_offer", days=found.pause_days)
        if found.pause_days
        else "",
    )


def ahead_card(found: Summary, zone: str) -> AheadCard:
    """Empty where nothing waits."""
    ahead = found.pending or found.scheduled
    if ahead is None:
        return AheadCard()
    kind = "pending" if found.pending else "scheduled"
    catalogue, currency = found.access.catalogue, found.currency or "usd"
    name = catalogue.plan(ahead.plan).name
    facts = {
        "plan": name,
        "what": change_rows.what(name, ahead.interval, ahead.seats),
        "amount": words.price(Money(ahead.amount_cents * ahead.seats, currency)),
        "per": text(f"plan.per_{ahead.interval}"),
        "day": dates.day(ahead.at, zone),
    }
    return AheadCard(
        title=text(f"billing_page.ahead.{kind}", **facts),
        text=text(f"billing_page.ahead.{kind}_text", **facts),
        pay_url=found.pay_url or "" if found.pending else "",
        can_undo=found.pending is None,
    )


def _discount(discount: Mapping[str, Any], zone: str) -> str:
    percent, currency = discount.get("percent_off"), discount.get("currency") or "usd"
    less = f"{percent:g} %" if percent else written(discount.get("amount_off_cents") or 0, currency)
    ends_at = discount.get("ends_at")
    until = datetime.fromisoformat(ends_at) if ends_at else None
    key = "until" if until else "on"
    name = discount.get("code") or discount["name"]
    return text(f"billing_page.discount.{key}", name=name, less=less, day=dates.day(until, zone))


def invoice_row(row: Invoice, zone: str, *, given_back: int = 0) -> InvoiceRow:
    return InvoiceRow(
        number=row.number or "",
        day=dates.day(row.created_at, zone),
        amount=written(row.total_cents, row.currency),
        given_back=text("money.refunded", amount=written(given_back, row.currency))
        if given_back
        else "",
        status=text(f"billing_page.invoice.{row.status}"),
        tone=_TONES.get(row.status, "quiet"),
        url=row.hosted_url or "",
        pdf=row.pdf_url or "",
    )


def meter_row(line: Usage, zone: str) -> MeterRow:
    label = text(f"feature.{line.feature}")
    why = routes.why(line.feature), text("why.link_of", what=label)
    if line.limit is None:
        return MeterRow(label, text("billing_page.used_unlimited", used=line.used), 0, "ok", *why)
    # Rounded down: full means that nothing more fits.
    percent = min(_FULL, _FULL * line.used // line.limit) if line.limit else _FULL
    words_for = "billing_page.used_until" if line.resets_at else "billing_page.used"
    used = text(
        words_for,
        used=line.used,
        limit=line.limit,
        left=line.left,
        moment=dates.moment(line.resets_at, zone),
    )
    return MeterRow(label, used, percent, meter_state(percent), *why)


def meter_state(percent: int) -> str:
    return "full" if percent >= _FULL else "near" if percent >= _NEAR else "ok"


def _badge(found: Summary) -> str:
    if found.cancel_at and found.status in {Status.TRIALING, Status.ACTIVE}:
        return "ending"
    return found.access.reason.value


def _tone(found: Summary) -> str:
    reason = found.access.reason
    if reason in {Reason.GRACE_OVER, Reason.UNPAID}:
        return "bad"
    if reason in {Reason.IN_GRACE, Reason.PAUSED} or found.cancel_at:
        return "warn"
    return "good" if reason in {Reason.PAID, Reason.TRIAL} else "quiet"


def _price(found: Summary) -> str:
    if (
        found.amount_cents is None
        or found.currency is None
        or found.interval is None
        or found.status == Status.CANCELED
    ):
        return ""
    return f"{words.price(Money(found.amount_cents * found.seats, found.currency))} {text(f'plan.per_{found.interval}')}"


def _state(found: Summary, zone: str) -> str:
    """The first sentence that fits, from the most urgent down."""
    reason, ends = found.access.reason, found.cancel_at
    running = found.status in {Status.TRIALING, Status.ACTIVE}
    sentences: tuple[tuple[bool, str, datetime | None], ...] = (
        (reason is Reason.IN_GRACE, "in_grace", found.grace_until),
        (reason in {Reason.GRACE_OVER, Reason.UNPAID}, "grace_over", None),
        (found.resting_until is not None, "resting", found.resting_until),
        (reason is Reason.PAUSED, "paused", None),
        (running and ends is not None, "ending", ends),
        (reason is Reason.TRIAL, "trial", found.trial_end),
        (reason is Reason.PAID, "paid", found.current_period_end),
        (reason is Reason.ENDED, "ended", None),
        (reason is Reason.NOT_STARTED, "not_started", None),
        (reason is Reason.GRANTED, "granted", None),
    )
    key, at = next(((key, at) for fits, key, at in sentences if fits), ("free", None))
    return text(f"billing_page.state.{key}", day=dates.day(at, zone))


def _next_charge(found: Summary, zone: str) -> str:
    if found.next_charge_at is None or found.amount_cents is None or found.currency is None:
        return ""
    ahead, at = found.scheduled, found.next_charge_at
    full = ahead.amount_cents * ahead.seats if ahead else found.amount_cents * found.seats
    amount = written(discounting.after(full, found.discounts, at=at), found.currency)
    # Only Stripe knows the tax of a day to come, and says it on the invoice.
    key = "change_page.next" if settings().automatic_tax else "billing_page.next_charge"
    return text(key, amount=amount, day=dates.day(at, zone))
