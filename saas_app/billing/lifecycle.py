"""What a set of subscriptions means, and what changed between two looks at one. Pure: facts in, answers out."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from saas_app.billing import dunning
from saas_app.billing.dunning import Debt, Moment
from saas_app.billing.gateway import InvoiceFacts, SubscriptionFacts
from saas_app.plans.access import Status

# Stripe's own notice comes three days before a trial ends; ours is due at the same moment.
TRIAL_NOTICE = timedelta(days=3)
TRIAL_LAST_NOTICE = timedelta(days=1)
# A year is long: nobody should be surprised by its charge.
RENEWAL_NOTICE = timedelta(days=14)

# Stripe's word for a pause that somebody wanted, as against a trial that ended without a card.
ASKED_FOR = "pause_requested"

_GIVES = frozenset({Status.TRIALING, Status.ACTIVE, Status.PAST_DUE})
# Stopped, but one payment or one card brings it back: a second one beside it would be double.
_ASLEEP = frozenset({Status.PAUSED, Status.UNPAID})
_ENDED = frozenset({Status.CANCELED, Status.INCOMPLETE_EXPIRED})
_ORDER = {status: place for place, group in enumerate((_GIVES, _ASLEEP)) for status in group}
_LAST = len(_ORDER)


class Happening(StrEnum):
    """What people are told about, in our words."""

    TRIAL_STARTED = "trial_started"
    STARTED = "started"
    TRIAL_CONVERTED = "trial_converted"
    TRIAL_ENDING = "trial_ending"
    TRIAL_LAST_DAY = "trial_last_day"
    UPGRADED = "upgraded"
    DOWNGRADED = "downgraded"
    PLAN_CHANGED = "plan_changed"
    SEATS_CHANGED = "seats_changed"
    RENEWING = "renewing"
    RENEWED = "renewed"
    CARD_EXPIRING = "card_expiring"
    CARD_EXPIRED = "card_expired"
    CARD_WILL_FAIL = "card_will_fail"
    ACTION_REQUIRED = "action_required"
    PAYMENT_FAILED = "payment_failed"
    RETRY_FAILED = "retry_failed"
    GRACE_ENDING = "grace_ending"
    LAPSED = "lapsed"
    RECOVERED = "recovered"
    UNCOLLECTED = "uncollected"
    REFUNDED = "refunded"
    CANCEL_SCHEDULED = "cancel_scheduled"
    RESUMED = "resumed"
    PAUSED = "paused"
    PAUSE_BEGAN = "pause_began"
    WOKEN = "woken"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Seen:
    """One subscription as we saw it at one moment: the part of it that people care about."""

    id: str
    status: Status
    plan: str | None
    price: str | None
    seats: int
    trial_end_at: datetime | None = None
    ends_at: datetime | None = None
    canceled_at: datetime | None = None
    past_due_since_at: datetime | None = None
    pause_reason: str | None = None
    rank: int = -1
    interval: str | None = None
    period_end_at: datetime | None = None
    debt: Debt | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """Something that happened to a subscription. `key` names it for ever: it is told once."""

    what: Happening
    subscription: str
    key: str
    before: Seen | None
    after: Seen
    facts: Mapping[str, str] = field(default_factory=dict[str, str])  # beyond those of `after`


# What time alone brings about: no webhook need come for it.
BY_TIME = frozenset(
    {
        Happening.TRIAL_ENDING,
        Happening.TRIAL_LAST_DAY,
        Happening.RENEWING,
        Happening.GRACE_ENDING,
        Happening.LAPSED,
    }
)


def current(
    subscriptions: Iterable[SubscriptionFacts], rank: Callable[[SubscriptionFacts], int]
) -> SubscriptionFacts | None:
    """The one that access hangs on: giving before asleep before ended, then the highest, then the newest."""
    return min(
        subscriptions,
        key=lambda s: (_ORDER.get(s.status, _LAST), -rank(s), -s.created_at.timestamp(), s.id),
        default=None,
    )


def giving(subscription: SubscriptionFacts) -> bool:
    return subscription.status in _GIVES


def blocking(subscriptions: Iterable[SubscriptionFacts]) -> SubscriptionFacts | None:
    """The subscription that makes another purchase a double one, if there is any."""
    return next((s for s in subscriptions if s.status in _GIVES | _ASLEEP), None)


def unfinished(subscriptions: Iterable[SubscriptionFacts]) -> tuple[SubscriptionFacts, ...]:
    """Begun and never paid: they may still come true in a forgotten tab."""
    return tuple(s for s in subscriptions if s.status is Status.INCOMPLETE)


def surplus(
    subscriptions: Iterable[SubscriptionFacts], workspace_key: str
) -> tuple[SubscriptionFacts, ...]:
    """The older ones where our own Checkout was paid twice; what others set up is not ours to end."""
    ours = [s for s in subscriptions if giving(s) and s.workspace_key == workspace_key]
    return tuple(sorted(ours, key=lambda s: (s.created_at, s.id))[:-1])


def ends_at(facts: SubscriptionFacts) -> datetime | None:
    """When it ended or will end. An end is asked for by a flag or by a date; both are honoured."""
    if facts.ended_at:
        return facts.ended_at
    return facts.cancel_at or (facts.period_end_at if facts.cancel_at_period_end else None)


def past_due_since(
    facts: SubscriptionFacts,
    invoices: Sequence[InvoiceFacts],
    *,
    known: datetime | None,
    now: datetime,
) -> datetime | None:
    """Since when payment is owed: the first of the unpaid invoices in a row, back from the newest.

    Read from the invoices rather than from the moment we noticed: a webhook that comes late
    must not lengthen the grace.
    """
    if facts.status not in {Status.PAST_DUE, Status.UNPAID}:
        return None
    mine = sorted(
        (i for i in invoices if i.subscription == facts.id and i.status not in {"draft", "void"}),
        key=lambda i: i.created_at,
        reverse=True,
    )
    first: InvoiceFacts | None = None
    for invoice in mine:
        if invoice.status == "paid":
            break
        first = invoice
    if first is not None:
        return first.finalized_at or first.created_at
    return known or now


def changes(
    before: Seen | None, after: Seen, *, now: datetime, grace: timedelta
) -> tuple[Change, ...]:
    """What happened to one subscription between two looks at it, in the order to tell it."""

    def change(what: Happening, *which: object) -> Change:
        return Change(what, after.id, _key(what, after.id, *which), before, after)

    found: list[Change] = []
    was = before.status if before else None
    if was is None and after.status in _ENDED:
        return ()  # history from before we knew it: nobody wants to hear of it now
    if was not in _GIVES | _ASLEEP and after.status is Status.TRIALING:
        found.append(change(Happening.TRIAL_STARTED))
    if was not in _GIVES | _ASLEEP and after.status in {Status.ACTIVE, Status.PAST_DUE}:
        found.append(change(Happening.STARTED))
    if was is Status.TRIALING and after.status is Status.ACTIVE:
        found.append(change(Happening.TRIAL_CONVERTED))
    if before and was in _GIVES and after.status in _GIVES and (what := _moved(before, after)):
        found.append(change(what, now.isoformat()))
    found += _ahead(after, change, now)
    found += _payment(before, after, change, now=now, grace=grace)
    found += _ending_changes(before, after, change, now=now)
    return tuple(found)


def _payment(
    before: Seen | None,
    after: Seen,
    change: Callable[..., Change],
    *,
    now: datetime,
    grace: timedelta,
) -> list[Change]:
    found: list[Change] = []
    since = after.past_due_since_at
    known = before.past_due_since_at if before else None
    if since and after.status in {Status.PAST_DUE, Status.UNPAID}:
        moment = Moment(
            since,
            now,
            grace,
            after.debt,
            first_seen=since != known,
            unpaid=after.status is Status.UNPAID,
        )
        found += [change(Happening(step.value), key) for step, key in dunning.steps(moment)]
    if (
        before
        and known
        and before.status in {Status.PAST_DUE, Status.UNPAID}
        and after.status in {Status.ACTIVE, Status.TRIALING}
    ):
        found.append(change(Happening.RECOVERED, known.isoformat()))
    return found


def _ending_changes(
    before: Seen | None, after: Seen, change: Callable[..., Change], *, now: datetime
) -> list[Change]:
    found: list[Change] = []
    if after.status in _ENDED:
        if before is None or before.status not in _GIVES | _ASLEEP:
            return []
        # Nobody asked for this end: it came because the money never did.
        unpaid = before.past_due_since_at is not None and before.ends_at is None
        return [change(Happening.UNCOLLECTED if unpaid else Happening.ENDED)]
    if after.status is Status.PAUSED and (before is None or before.status is not Status.PAUSED):
        asked = after.pause_reason == ASKED_FOR
        found.append(change(Happening.PAUSE_BEGAN if asked else Happening.PAUSED, now.isoformat()))
    if before and before.status is Status.PAUSED and after.status is Status.ACTIVE:
        found.append(change(Happening.WOKEN, now.isoformat()))
    if after.ends_at and (before is None or before.ends_at is None):
        found.append(change(Happening.CANCEL_SCHEDULED, after.canceled_at or after.ends_at))
    if before and before.ends_at and after.ends_at is None:
        found.append(change(Happening.RESUMED, before.canceled_at or before.ends_at))
    return found


def _moved(before: Seen, after: Seen) -> Happening | None:
    if before.price == after.price:
        return Happening.SEATS_CHANGED if before.seats != after.seats else None
    if after.rank == before.rank:
        return Happening.PLAN_CHANGED
    return Happening.UPGRADED if after.rank > before.rank else Happening.DOWNGRADED


def _ahead(after: Seen, change: Callable[..., Change], now: datetime) -> list[Change]:
    """What comes by itself on a day that is known, told in good time and not again."""
    if after.status is Status.TRIALING and after.trial_end_at is not None:
        left = after.trial_end_at - now
        if left <= TRIAL_LAST_NOTICE:
            return [change(Happening.TRIAL_LAST_DAY, after.trial_end_at)]
        if left <= TRIAL_NOTICE:
            return [change(Happening.TRIAL_ENDING, after.trial_end_at)]
    if (
        after.status is Status.ACTIVE
        and after.interval == "year"
        and after.ends_at is None
        and after.period_end_at is not None
        and timedelta() < after.period_end_at - now <= RENEWAL_NOTICE
    ):
        return [change(Happening.RENEWING, after.period_end_at)]
    return []


def _key(what: Happening, subscription: str, *which: object) -> str:
    parts = (w.isoformat() if isinstance(w, datetime) else str(w) for w in which)
    return ":".join((f"billing.{what.value}", subscription, *parts))
