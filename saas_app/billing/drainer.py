"""Works the inbox off: oldest first, one sync per customer however many events ask for it.

Knows nothing of what a sync does; it is handed in. Several drainers may run at once, in one
process or many: the customer's lease decides who works, and the rows themselves say what is left.
"""

import threading
import time
from collections.abc import Callable, Collection
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlmodel import col, select, update

from saas_app.billing.inbox import TOPIC
from saas_app.billing.lease import Busy, LeaseLost
from saas_app.billing.models import EventStatus, StripeEvent
from saas_app.core import clock, logs
from saas_app.core.db import snapshot, transaction
from saas_app.core.errors import Unavailable
from saas_app.core.live import HUB

ATTEMPTS = 8
_FIRST_WAIT = timedelta(seconds=1)
_LONGEST_WAIT = timedelta(minutes=10)
_BUSY_WAIT = timedelta(milliseconds=200)
_AT_ONCE = 4
# A wake-up can be lost (a notification while the listener reconnects): look by ourselves, too.
_LOOK_AGAIN_SECONDS = 2.0
# Whoever acknowledges shares the interpreter with us: a stream of events is looked at every so often,
# an event that comes alone at once.
_BREATH_SECONDS = 0.02
# However much has piled up, one look and one sync see no more than this.
_AT_A_LOOK = 40
_IN_ONE_SYNC = 1000

_log = logs.get(__name__)


class Sync(Protocol):
    """`entitlements.sync.customer`: None when the customer is nobody of ours."""

    def __call__(self, stripe_id: str, *, as_of: datetime | None, wait: float) -> object | None: ...


@dataclass(frozen=True, slots=True)
class _Work:
    customer: str
    events: tuple[str, ...]
    latest_at: datetime
    attempts: int


@dataclass(frozen=True, slots=True)
class _Look:
    due: tuple[str, ...] = ()
    pause: float = _LOOK_AGAIN_SECONDS


class Drainer:
    """A background thread with a few hands. `drain` does one round in the caller's own thread."""

    def __init__(self, sync: Sync, *, give_up: Callable[[str, str], None] | None = None) -> None:
        self._sync = sync
        self._give_up = give_up
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        self._thread = threading.Thread(target=self._run, name="inbox-drainer", daemon=True)
        self._thread.start()

    def stop(self, within: float = 10.0) -> None:
        """Finish what is in hand and take nothing new."""
        self._stopped.set()
        HUB.bump(TOPIC)
        if self._thread is not None:
            self._thread.join(within)

    def drain(self) -> int:
        """Handle everything that is due now, one after the other; the number of syncs made."""
        made = 0
        seen: set[str] = set()
        while due := _look(clock.wall(), but=seen).due:
            seen.add(due[0])
            self.handle(due[0])
            made += 1
        return made

    def handle(self, customer: str) -> None:
        """One sync for everything that waits for this customer, whatever became of earlier tries."""
        work = _waiting(customer)
        if work is None:
            return
        try:
            known = self._sync(customer, as_of=work.latest_at, wait=0.0)
        except (Busy, LeaseLost):
            # Somebody syncs this customer now, but may have looked before our event: look after them.
            _put_off(work, clock.wall() + _BUSY_WAIT, error="busy", counted=False)
        except Unavailable as outage:
            # Not the event's fault: it is tried for as long as it takes.
            _put_off(work, _next_try(work), error=outage.message, counted=True)
        except Exception as error:  # noqa: BLE001 — a poisoned event must not stop the others
            _log.exception("inbox.failed", customer=customer, events=len(work.events))
            self._failed(work, f"{type(error).__name__}: {error}"[:1000])
        else:
            _finish(work, EventStatus.DONE if known is not None else EventStatus.IGNORED)

    def _failed(self, work: _Work, error: str) -> None:
        if work.attempts + 1 < ATTEMPTS:
            _put_off(work, _next_try(work), error=error, counted=True)
            return
        _log.error("inbox.dead", customer=work.customer, events=work.events)
        _finish(work, EventStatus.DEAD, error=error)
        if self._give_up is not None:
            self._give_up(work.customer, error)

    def _run(self) -> None:
        in_hand: dict[Future[None], str] = {}
        with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="inbox") as hands:
            while not self._stopped.is_set():
                looked_at, seen = time.monotonic(), HUB.version(TOPIC)
                in_hand = {future: who for future, who in in_hand.items() if not future.done()}
                # With every hand full there is nothing to look for: the first that is free wakes us.
                found = self._looked(in_hand.values()) if len(in_hand) < _AT_ONCE else _Look()
                for customer in found.due[: _AT_ONCE - len(in_hand)]:
                    work = hands.submit(self.handle, customer)
                    in_hand[work] = customer
                    work.add_done_callback(_wake)
                HUB.wait_in_thread(TOPIC, seen, found.pause)
                self._stopped.wait(max(0.0, looked_at + _BREATH_SECONDS - time.monotonic()))

    def _looked(self, in_hand: Collection[str]) -> _Look:
        try:
            return _look(clock.wall(), but=in_hand)
        except Exception:  # noqa: BLE001 — the database may be away for a moment; the loop is for ever
            _log.exception("inbox.cannot_look")
            return _Look()


def _look(at: datetime, *, but: Collection[str]) -> _Look:
    """Customers with something to handle now, whoever waits longest first, and how long there is nothing else."""
    ahead = (
        select(StripeEvent.customer, StripeEvent.next_try_at)
        .where(
            StripeEvent.status == EventStatus.PENDING,
            col(StripeEvent.customer).not_in(list(but)),
        )
        .order_by(col(StripeEvent.next_try_at))
        .limit(_AT_A_LOOK)
    )
    with snapshot() as session:
        rows = session.exec(ahead).all()
    due = tuple(dict.fromkeys(who for who, due_at in rows if who is not None and due_at <= at))
    later = next((due_at for _, due_at in rows if due_at > at), None)
    if later is None:
        return _Look(due)
    return _Look(due, min(_LOOK_AGAIN_SECONDS, max(0.01, (later - at).total_seconds())))


def _wake(_done: Future[None]) -> None:
    HUB.bump(TOPIC)


def _waiting(customer: str) -> _Work | None:
    pending = (
        select(StripeEvent.id, StripeEvent.created_at, StripeEvent.attempts)
        .where(StripeEvent.customer == customer, StripeEvent.status == EventStatus.PENDING)
        .limit(_IN_ONE_SYNC)
    )
    with snapshot() as session:
        rows = session.exec(pending).all()
    if not rows:
        return None
    return _Work(
        customer,
        events=tuple(row[0] for row in rows),
        latest_at=max(row[1] for row in rows),
        attempts=max(row[2] for row in rows),
    )


def _next_try(work: _Work) -> datetime:
    # The exponent is capped as well: an outage of a day must not overflow the arithmetic.
    return clock.wall() + min(_LONGEST_WAIT, _FIRST_WAIT * 2 ** min(work.attempts, 10))


def _put_off(work: _Work, until: datetime, *, error: str, counted: bool) -> None:
    attempts = {"attempts": col(StripeEvent.attempts) + 1} if counted else {}
    _update(work, next_try_at=until, error=error, **attempts)


def _finish(work: _Work, status: EventStatus, *, error: str = "") -> None:
    reason = "unknown customer" if status is EventStatus.IGNORED else error
    _update(work, status=status, handled_at=clock.wall(), error=reason)


def _update(work: _Work, **values: Any) -> None:
    """Only rows that are still pending: another drainer may have been faster."""
    ours = update(StripeEvent).where(
        col(StripeEvent.id).in_(work.events), col(StripeEvent.status) == EventStatus.PENDING
    )
    with transaction() as session:
        session.exec(ours.values(**values))
