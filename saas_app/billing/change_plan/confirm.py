"""Makes a previewed change so: exactly what was shown is charged, once, or nothing happens."""

from dataclasses import dataclass
from enum import StrEnum

from sqlmodel import Session

from saas_app.accounts.models import User
from saas_app.accounts.people import ident as user_ident
from saas_app.audit import trail
from saas_app.billing import asked, gateway, invoices, lease, offer, sync
from saas_app.billing.change_plan import preview, quotes, standing
from saas_app.billing.change_plan.errors import QuoteOvertaken
from saas_app.billing.change_plan.moves import Bought, When
from saas_app.billing.changing import ChangeOrder, ScheduleOrder
from saas_app.billing.errors import NoSubscription
from saas_app.billing.lease import Lease
from saas_app.billing.mirror import Written
from saas_app.billing.models import ChangeQuote, Subscription
from saas_app.core import clock
from saas_app.core.db import snapshot, transaction
from saas_app.workspaces.memberships import ident
from saas_app.workspaces.models import Workspace


class Outcome(StrEnum):
    DONE = "done"
    SCHEDULED = "scheduled"
    PAYMENT_NEEDED = "payment_needed"


@dataclass(frozen=True, slots=True)
class Confirmed:
    """`pay_url` is there where the card did not pay: the old plan goes on until it is."""

    outcome: Outcome
    written: Written
    pay_url: str | None = None


def confirm(
    workspace: Workspace, actor: User, key: str, *, origin: trail.Origin = trail.NOWHERE
) -> Confirmed:
    """Carry out what this quote showed. Confirming it again answers the same and does nothing.

    Raises NotFound for a quote that is not this workspace's, and QuoteOvertaken, with a fresh
    preview, where what it showed is not what would be charged.
    """
    with lease.held(ident(workspace), wait=sync.WAIT_SECONDS) as held:
        written = sync.under(held)
        with snapshot() as session:
            quote = quotes.find(session, ident(workspace), key)
        if quote.done_at is not None:
            return _confirmed(written, quote)
        row = written.current
        if row is None:
            raise NoSubscription
        # Begun and there: the last try reached Stripe and died before it could say so.
        if not (quote.begun_at and _reached(row, quote)):
            _check(held, row, quote)
            _note(held, quote, "begun_at")
            _carry_out(row, quote)
        with transaction() as session:
            held.confirm(session)
            _stamp(session, quote, "done_at")
            trail.record(
                session,
                "billing.change_asked",
                actor_id=user_ident(actor),
                workspace_id=workspace.id,
                origin=origin,
                subscription=quote.subscription,
                plan=quote.plan,
                interval=quote.interval,
                seats=quote.seats,
                timing=quote.timing,
                due_cents=quote.due_cents,
                quote=quote.key,
            )
        return _confirmed(sync.under(held), quote)


def undo(workspace: Workspace, actor: User, *, origin: trail.Origin = trail.NOWHERE) -> Written:
    """Take a change that was booked for the period's end off again; harmless where none is.

    Raises NoSubscription.
    """
    with lease.held(ident(workspace), wait=sync.WAIT_SECONDS) as held:
        row = preview.running(held)
        if row.schedule is not None:
            gateway.current().release(row.schedule)
            asked.note(
                workspace,
                actor,
                origin,
                "billing.change_undone",
                subscription=row.stripe_id,
                price=row.scheduled_price,
            )
        return sync.under(held)


def _check(held: Lease, row: Subscription, quote: ChangeQuote) -> None:
    """Whether confirming would do what was shown; raises QuoteOvertaken with what it would do now."""
    reason = _overtaken(row, quote)
    if reason is None:
        return
    again = preview.fresh(
        held,
        row,
        plan=quote.plan,
        interval=quote.interval,
        seats=quote.seats,
        code=quote.code,
    )
    raise QuoteOvertaken(reason, fresh=again)


def _overtaken(row: Subscription, quote: ChangeQuote) -> str | None:
    if row.stripe_id != quote.subscription or standing.digest(row) != quote.state:
        return "changed"
    if clock.now() >= quote.expires_at:
        return "expired"
    now = preview.figures(_order(row, quote))
    if now is not None and (now.total_cents, now.due_cents) != (quote.total_cents, quote.due_cents):
        return "amount"
    return None


def _carry_out(row: Subscription, quote: ChangeQuote) -> None:
    stripe, order = gateway.current(), _order(row, quote)
    if row.schedule is not None:
        stripe.release(row.schedule)
    if quote.timing == When.PERIOD_END:
        stripe.schedule_change(
            ScheduleOrder(order.subscription, order.price, order.seats, quote.interval),
            key=quote.key,
        )
    else:
        stripe.change(order, key=quote.key)


def _order(row: Subscription, quote: ChangeQuote) -> ChangeOrder:
    when = When(quote.timing)
    return preview.order(row, _target(quote), when, quote.proration_at, quote.promotion)


def _target(quote: ChangeQuote) -> Bought:
    known = offer.catalogue().priced(quote.price)
    if known is None:
        raise LookupError(f"the catalogue lost {quote.price} within ten minutes")
    return Bought(known[0], known[1], quote.seats)


def _reached(row: Subscription, quote: ChangeQuote) -> bool:
    """Whether the subscription is, or waits to become, what the quote is about."""
    wanted = (quote.price, quote.seats)
    return wanted in {
        (row.price, row.seats),
        (row.pending_price, row.pending_seats),
        (row.scheduled_price, row.scheduled_seats),
    }


def _confirmed(written: Written, quote: ChangeQuote) -> Confirmed:
    if quote.timing == When.PERIOD_END:
        return Confirmed(Outcome.SCHEDULED, written)
    waits = written.current is not None and written.current.pending_until_at is not None
    if not waits:
        return Confirmed(Outcome.DONE, written)
    with snapshot() as session:
        owed = invoices.owed(session, quote.workspace_id)
    return Confirmed(Outcome.PAYMENT_NEEDED, written, owed.hosted_url if owed else None)


def _note(held: Lease, quote: ChangeQuote, stamp: str) -> None:
    with transaction() as session:
        held.confirm(session)
        _stamp(session, quote, stamp)


def _stamp(session: Session, quote: ChangeQuote, stamp: str) -> None:
    row = session.get_one(ChangeQuote, quote.key)
    setattr(row, stamp, clock.now())
    session.add(row)
