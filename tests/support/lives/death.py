"""A process that is killed where it waits: at a transaction's begin or commit, or at a request to Stripe.

Each worker of a life has a fate of its own. A worker that died does nothing any more, not even
what its `finally` would do: its lease stays taken, as after kill -9.
"""

import contextlib
from collections import Counter
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass

import pytest
import stripe
from sqlalchemy import event
from sqlmodel import Session

PLACES = (
    "before begin",
    "after begin",
    "before commit",
    "after commit",
    "before request",
    "after request",
)
SEEN: Counter[str] = Counter()
"""How many died where, over all lives of this process."""


class Death(BaseException):
    """As near to kill -9 as a thread gets."""


@dataclass
class Fate:
    """Dies at the `left`-th place from now, and is dead from then on."""

    left: int
    dead: bool = False

    def passes(self, place: str) -> None:
        if not self.dead:
            self.left -= 1
            if self.left > 0:
                return
            self.dead = True
            SEEN[place] += 1
        raise Death(place)


# Threads that a worker hands its work to inherit its fate: asyncio copies the context.
_fate: ContextVar[Fate | None] = ContextVar("fate", default=None)


def passing(place: str) -> None:
    fate = _fate.get()
    if fate is not None:
        fate.passes(place)


def is_dead() -> bool:
    fate = _fate.get()
    return fate is not None and fate.dead


@contextlib.contextmanager
def living(fate: Fate | None) -> Iterator[None]:
    """This thread is a worker with this fate; None lives for ever."""
    token = _fate.set(fate)
    try:
        with contextlib.suppress(Death):
            yield
    finally:
        _fate.reset(token)


@contextlib.contextmanager
def mortality(patched: pytest.MonkeyPatch) -> Iterator[None]:
    """Every wait of the product becomes a place where its worker may die."""
    enter, commit = Session.__enter__, Session.commit
    request = stripe.RequestsClient.request

    def begun(session: object, transaction: object, connection: object) -> None:
        passing("after begin")

    patched.setattr(Session, "__enter__", _around(enter, before="before begin"))
    patched.setattr(
        Session, "commit", _around(commit, before="before commit", after="after commit")
    )
    patched.setattr(
        stripe.RequestsClient,
        "request",
        _around(request, before="before request", after="after request"),
    )
    event.listen(Session, "after_begin", begun)
    yield
    event.remove(Session, "after_begin", begun)


def _around(act: Callable, *, before: str, after: str = "") -> Callable:
    def mortal(*args, **more):
        passing(before)
        answer = act(*args, **more)
        if after:
            passing(after)
        return answer

    return mortal
