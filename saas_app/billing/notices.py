"""What is told beside the life of a subscription: a card that expires, money given back, a renewal. Pure."""

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from saas_app.billing.lifecycle import Change, Happening, Seen
from saas_app.billing.wallet import CardFacts
from saas_app.core.money import written
from saas_app.plans.access import Status

CARD_NOTICE = timedelta(days=30)
CARD_FAILS_NOTICE = timedelta(days=7)
# What happened longer ago is history: a first look at an old customer tells nobody of it.
_RECENT = timedelta(days=30)
_CHARGED = frozenset({Status.TRIALING, Status.ACTIVE})


@dataclass(frozen=True, slots=True)
class Paid:
    """An invoice as far as it is news."""

    id: str
    subscription: str | None
    reason: str | None
    cents: int
    currency: str
    at: datetime


@dataclass(frozen=True, slots=True)
class GivenBack:
    id: str
    cents: int
    currency: str
    at: datetime


def due(
    current: Seen,
    *,
    card: CardFacts | None,
    paid: Iterable[Paid] = (),
    given_back: Iterable[GivenBack] = (),
    now: datetime,
) -> tuple[Change, ...]:
    """Everything there is to tell now; what was told before is kept back by its key."""
    return (
        *_card(current, card, now),
        *(
            _change(Happening.RENEWED, current, each.id, amount=written(each.cents, each.currency))
            for each in paid
            if _renews(each, current) and now - each.at <= _RECENT
        ),
        *(
            _change(Happening.REFUNDED, current, each.id, amount=written(each.cents, each.currency))
            for each in given_back
            if now - each.at <= _RECENT
        ),
    )


def expires_at(card: CardFacts) -> datetime | None:
    """A card is good through the last day of its month; None where it never expires."""
    if card.exp_year is None or card.exp_month is None:
        return None
    year, month = divmod(card.exp_year * 12 + card.exp_month, 12)
    return datetime(year, month + 1, 1, tzinfo=UTC)


def charged_at(current: Seen) -> datetime | None:
    """When the card is asked next; None when it is not."""
    if current.status not in _CHARGED or current.ends_at is not None:
        return None
    return current.trial_end_at if current.status is Status.TRIALING else current.period_end_at


def outlived(current: Seen, card: CardFacts | None, now: datetime) -> Happening | None:
    """Whether the card is too old: when it is asked next, already, or soon."""
    end = expires_at(card) if card else None
    asked = charged_at(current)
    if end is None or asked is None:
        return None
    if asked >= end and asked - now <= CARD_FAILS_NOTICE:
        return Happening.CARD_WILL_FAIL
    if now >= end:
        return Happening.CARD_EXPIRED
    return Happening.CARD_EXPIRING if end - now <= CARD_NOTICE else None


def card_name(card: CardFacts | None) -> str:
    return f"{card.brand.title()} {card.last4}".strip() if card else ""


def _card(current: Seen, card: CardFacts | None, now: datetime) -> tuple[Change, ...]:
    what = outlived(current, card, now)
    if what is None or card is None:
        return ()
    end, asked = expires_at(card), charged_at(current)
    if what is Happening.CARD_WILL_FAIL:
        return (_change(what, current, card.id, asked, card=card_name(card)),)
    # One notice, before or after: who was told a month ahead is not told again at the end.
    told = _change(Happening.CARD_EXPIRING, current, card.id, end, card=card_name(card))
    return (dataclasses.replace(told, what=what),)


def _renews(paid: Paid, current: Seen) -> bool:
    """A later period's money: the first one is told as the beginning or the end of the trial."""
    first = current.trial_end_at is not None and paid.at <= current.trial_end_at + timedelta(days=1)
    return (
        paid.reason == "subscription_cycle"
        and paid.subscription == current.id
        and paid.cents > 0
        and not first
    )


def _change(what: Happening, current: Seen, *which: object, **facts: str) -> Change:
    parts = (w.isoformat() if isinstance(w, datetime) else str(w) for w in which)
    key = ":".join((f"billing.{what.value}", *parts))
    return Change(what, current.id, key, None, current, facts)
