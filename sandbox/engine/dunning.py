"""When a failed payment is tried again, and what becomes of the subscription in the end.

Days 3, 8 and 15 after the first failure: later than the week of grace an application
usually gives, so both ends can be seen. Stripe's Smart Retries choose their own times.
"""

from typing import Literal, TypeAlias, cast, get_args

from sandbox.store import Store

Final: TypeAlias = Literal["cancel", "unpaid", "past_due"]

FINALS: tuple[Final, ...] = get_args(Final)

_DAYS_BETWEEN = (3, 5, 7)
_DAY = 86_400


def next_attempt(attempts: int, *, now: int) -> int | None:
    """When to try again after that many attempts; None when it was the last."""
    if attempts > len(_DAYS_BETWEEN):
        return None
    return now + _DAYS_BETWEEN[attempts - 1] * _DAY


def final(store: Store) -> Final:
    """What happens after the last attempt: cancel (as Stripe sets it), unpaid or past_due."""
    return cast("Final", store.read_note("dunning.final", FINALS[0]))


def choose_final(store: Store, choice: str) -> None:
    """Change what happens after the last attempt."""
    if choice not in FINALS:
        raise ValueError(f"after_last_retry is one of {', '.join(FINALS)}, not {choice!r}.")
    store.write_note("dunning.final", choice)
