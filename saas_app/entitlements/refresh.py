"""What changes by time alone: grace that ran out, days that come near. Asks Stripe nothing."""

from datetime import datetime

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from saas_app.billing import debts, dunning, lifecycle, noticed, notices, offer, seeing
from saas_app.billing.mirror import Written
from saas_app.billing.models import Customer, Subscription
from saas_app.billing.money_models import PaymentMethod
from saas_app.core import live
from saas_app.core.db import snapshot, transaction
from saas_app.entitlements import seating, tidings
from saas_app.plans.access import Status


def refresh_lapsed(now: datetime) -> int:
    """Bring up to date everybody whose access changed because time passed; how many workspaces.

    Run it every few minutes and after a jump of the clock. Running it twice changes nothing.
    """
    with snapshot() as session:
        due = _lapsing(session, now)
    return sum(_refreshed(workspace_id, now) for workspace_id in due)


def remind(now: datetime) -> int:
    """Tell of the days that come near: a trial's end, a year's charge, a card's; how many workspaces.

    Each is told once, so running it twice, or late, changes nothing.
    """
    with snapshot() as session:
        due = _near(session, now)
    return sum(_refreshed(workspace_id, now) for workspace_id in due)


def _refreshed(workspace_id: int, now: datetime) -> bool:
    """One transaction each: one workspace in trouble does not hold up the others."""
    with transaction() as session:
        # A sync of the same workspace writes what we are about to read: one after the other.
        session.get(Customer, workspace_id, with_for_update={"key_share": True})
        people = seating.plan_changed(session, workspace_id, now)
        news = tidings.tell(session, _by_time(session, workspace_id, now), ())
        if not people and not news:
            return False
        for person in people:
            if person.id is not None:
                live.publish(session, live.user_topic(person.id))
        live.publish(session, live.workspace_topic(workspace_id))
        return True


def _by_time(session: Session, workspace_id: int, now: datetime) -> Written:
    """What the subscription that access hangs on has to tell though nothing happened at Stripe."""
    chosen = (
        select(Subscription)
        .join(Customer, col(Customer.subscription_id) == col(Subscription.id))
        .where(Customer.workspace_id == workspace_id)
    )
    row = session.exec(chosen).first()
    if row is None:
        return Written(workspace_id, now)
    seen = seeing.of(row, debts.of(session, workspace_id).get(row.stripe_id))
    found = [
        change
        for change in lifecycle.changes(seen, seen, now=now, grace=offer.catalogue().grace)
        if change.what in lifecycle.BY_TIME
    ]
    found += noticed.of(session, row, now)
    return Written(workspace_id, now, current=row, changes=tuple(found))


def _lapsing(session: Session, now: datetime) -> list[int]:
    grace_over = select(Subscription.workspace_id).where(
        Subscription.status == Status.PAST_DUE,
        col(Subscription.past_due_since_at) <= now - offer.catalogue().grace,
    )
    return sorted(set(session.exec(grace_over)))


def _near(session: Session, now: datetime) -> list[int]:
    """Generous: what is really due is decided for each of them by the pure rules."""
    last_month = (now + notices.CARD_NOTICE).year * 12 + (now + notices.CARD_NOTICE).month
    expiring = (
        select(PaymentMethod.workspace_id)
        .join(Subscription, col(Subscription.workspace_id) == col(PaymentMethod.workspace_id))
        .where(
            col(PaymentMethod.is_default).is_(True),
            col(PaymentMethod.exp_year) * 12 + col(PaymentMethod.exp_month) <= last_month,
            col(Subscription.status).in_([Status.TRIALING, Status.ACTIVE]),
        )
    )
    found: set[int] = set()
    for rows in (_ending_trials(now), _ending_years(now), _ending_grace(now), expiring):
        found.update(session.exec(rows))
    return sorted(found)


def _ending_trials(now: datetime) -> SelectOfScalar[int]:
    return select(Subscription.workspace_id).where(
        Subscription.status == Status.TRIALING,
        col(Subscription.trial_end_at) <= now + lifecycle.TRIAL_NOTICE,
    )


def _ending_years(now: datetime) -> SelectOfScalar[int]:
    return select(Subscription.workspace_id).where(
        Subscription.status == Status.ACTIVE,
        Subscription.interval == "year",
        col(Subscription.current_period_end_at).between(now, now + lifecycle.RENEWAL_NOTICE),
    )


def _ending_grace(now: datetime) -> SelectOfScalar[int]:
    until = now - offer.catalogue().grace
    return select(Subscription.workspace_id).where(
        Subscription.status == Status.PAST_DUE,
        col(Subscription.past_due_since_at).between(until, until + dunning.LAST_DAY),
    )
