"""What people are told, by which channels, and what of it is theirs to choose. Pure."""

from dataclasses import dataclass
from enum import StrEnum


class Channel(StrEnum):
    IN_APP = "in_app"
    EMAIL = "email"
    WEBHOOK = "webhook"
    TELEGRAM = "telegram"
    SMS = "sms"


@dataclass(frozen=True, slots=True)
class Event:
    """One row of the matrix. `kinds` begin the names of what is told under it.

    `always` channels cannot be turned off: who gets into an account and whether a payment failed
    is told whatever somebody prefers. `offered` ones start as `wanted` says. `by_plan` rows
    offer further channels as the plan has them.
    """

    id: str
    kinds: tuple[str, ...]
    always: frozenset[Channel] = frozenset()
    offered: frozenset[Channel] = frozenset()
    wanted: frozenset[Channel] = frozenset()
    by_plan: bool = False


_APP, _MAIL = Channel.IN_APP, Channel.EMAIL
_BOTH = frozenset({_APP, _MAIL})

EVENTS: tuple[Event, ...] = (
    Event("security", (), always=_BOTH),
    Event(
        "payment",
        (
            "billing.payment_failed",
            "billing.action_required",
            "billing.retry_failed",
            "billing.grace_ending",
            "billing.lapsed",
            "billing.uncollected",
            "billing.paused",
            "billing.recovered",
            "billing.card_",
            "billing.refunded",
        ),
        always=_BOTH,
    ),
    Event("trial", ("billing.trial_",), frozenset({_APP}), frozenset({_MAIL}), frozenset({_MAIL})),
    Event(
        "plan", ("billing.", "contract."), frozenset({_APP}), frozenset({_MAIL}), frozenset({_MAIL})
    ),
    Event("team", ("team.",), frozenset({_APP}), frozenset({_MAIL}), frozenset({_MAIL})),
    Event("usage", ("usage.",), frozenset({_APP}), frozenset({_MAIL}), frozenset({_MAIL})),
    Event(
        "alerts",
        ("alert.",),
        offered=frozenset(Channel),
        wanted=frozenset({_APP}),
        by_plan=True,
    ),
)
_BY_ID = {event.id: event for event in EVENTS}


def find(event_id: str) -> Event | None:
    return _BY_ID.get(event_id)


def of_kind(kind: str) -> Event | None:
    """The row a kind belongs to, the most particular first; None for what is staff's alone."""
    return next((event for event in EVENTS if kind.startswith(event.kinds)), None)


def may_choose(event: Event, channel: Channel) -> bool:
    return channel in event.offered


def default(event: Event, channel: Channel) -> bool:
    return channel in event.always or channel in event.wanted
