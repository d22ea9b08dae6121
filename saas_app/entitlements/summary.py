"""A workspace's subscription as the billing page and the API show it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from saas_app.billing import invoices, offer, pausing
from saas_app.billing.models import Customer, Subscription
from saas_app.entitlements import access, columns
from saas_app.entitlements.contracts import offers
from saas_app.plans.access import Access, Status

_BILLED = frozenset({Status.TRIALING, Status.ACTIVE, Status.PAST_DUE})


@dataclass(frozen=True, slots=True)
class Ahead:
    """What the subscription becomes: `at` the period's end, or once paid and no later than `at`."""

    plan: str
    interval: str
    seats: int
    amount_cents: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Summary:
    """`plan` is what they have now, `price…` what they pay; `next_charge_at` None: nothing more is charged."""

    id: int | None
    plan: str
    status: str
    interval: str | None
    seats: int
    amount_cents: int | None
    currency: str | None
    started_at: datetime | None
    trial_end: datetime | None
    current_period_end: datetime | None
    cancel_at: datetime | None
    grace_until: datetime | None
    next_charge_at: datetime | None
    access: Access
    scheduled: Ahead | None = None
    pending: Ahead | None = None
    pay_url: str | None = None
    discounts: tuple[Mapping[str, Any], ...] = ()
    resting_until: datetime | None = None  # a pause that was asked for ends by itself then
    pause_days: int | None = None  # how long it could rest; None: not, or not now
    contract: str = ""  # offered, accepted, or empty where there is none


def of(session: Session, workspace_id: int, now: datetime) -> Summary:
    standing = access.of(session, workspace_id, now)
    chosen = (
        select(Subscription)
        .join(Customer, col(Customer.subscription_id) == col(Subscription.id))
        .where(Customer.workspace_id == workspace_id)
    )
    row = session.exec(chosen).first()
    if row is None:
        return _without(standing, _contract(session, workspace_id))
    status = Status(row.status)
    return Summary(
        id=row.id,
        plan=standing.plan,
        status=status.value,
        interval=row.interval,
        seats=row.seats,
        amount_cents=row.amount_cents,
        currency=row.currency,
        started_at=row.started_at,
        trial_end=row.trial_end_at if status is Status.TRIALING else None,
        current_period_end=row.current_period_end_at,
        cancel_at=row.ends_at,
        grace_until=standing.grace_until,
        next_charge_at=row.current_period_end_at
        if status in _BILLED and row.ends_at is None
        else None,
        access=standing,
        scheduled=_ahead(row.scheduled_price, row.scheduled_seats, row.scheduled_at),
        pending=_ahead(row.pending_price, row.pending_seats, row.pending_until_at),
        pay_url=_pay_url(session, row) if row.pending_until_at else None,
        discounts=tuple(row.discounts),
        resting_until=pausing.resting_until(session, workspace_id)
        if status is Status.PAUSED
        else None,
        pause_days=span.days if (span := pausing.longest(row)) else None,
        contract=_contract(session, workspace_id),
    )


def _contract(session: Session, workspace_id: int) -> str:
    there = offers.standing(session, workspace_id)
    return there.status if there else ""


def _ahead(price: str | None, seats: int | None, at: datetime | None) -> Ahead | None:
    known = offer.catalogue().priced(price) if price else None
    if known is None or at is None:
        return None
    plan, sold = known
    return Ahead(plan.id, sold.interval.value, seats or 1, sold.amount.cents, at)


def _pay_url(session: Session, row: Subscription) -> str | None:
    owed = invoices.owed(session, row.workspace_id)
    return owed.hosted_url if owed else None


def _without(standing: Access, contract: str) -> Summary:
    return Summary(
        id=None,
        plan=standing.plan,
        status=columns.NO_STATUS,
        interval=None,
        seats=1,
        amount_cents=None,
        currency=None,
        started_at=None,
        trial_end=None,
        current_period_end=None,
        cancel_at=None,
        grace_until=None,
        next_charge_at=None,
        access=standing,
        contract=contract,
    )
