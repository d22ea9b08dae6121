"""One talk with Stripe per workspace at a time. The lease is a row; no transaction spans the talk.

A holder that died lets go when its time is up; one that merely dawdled finds out in
`confirm`, before it writes.
"""

import secrets
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from sqlmodel import Session, col, delete, update

from saas_app.billing.models import CustomerLease
from saas_app.core import clock
from saas_app.core.db import transaction
from saas_app.core.errors import Unavailable
from saas_app.core.upsert import insert

# Longer than the slowest single call (three tries of ten seconds); after a kill -9 it is also
# how long the workspace's events wait. A talk that takes longer still is caught by `confirm`.
TERM = timedelta(seconds=45)
_POLL_SECONDS = 0.02


class Busy(Unavailable):
    """Somebody else is talking to Stripe about this workspace and did not finish in time."""

    code = "busy"


class LeaseLost(Unavailable):
    """We took so long that somebody else began; what we learnt may be old, so nothing is written."""

    code = "busy"


@dataclass(frozen=True, slots=True)
class Lease:
    workspace_id: int
    holder: str

    def confirm(self, session: Session) -> None:
        """Still ours, in this very transaction; raises LeaseLost."""
        mine = (
            update(CustomerLease)
            .where(
                col(CustomerLease.workspace_id) == self.workspace_id,
                col(CustomerLease.holder) == self.holder,
            )
            .values(until_at=clock.wall() + TERM)
        )
        if session.exec(mine).rowcount != 1:
            raise LeaseLost("This took too long and was started again. Nothing was changed.")


@contextmanager
def held(workspace_id: int, *, wait: float) -> Generator[Lease]:
    """Hold the workspace's lease for this block. Raises Busy after `wait` seconds."""
    deadline = time.monotonic() + wait
    with _in_line(workspace_id, wait):
        lease = Lease(workspace_id, secrets.token_hex(8))
        while not _taken(lease):
            if time.monotonic() >= deadline:
                raise _busy()
            time.sleep(_POLL_SECONDS)
        try:
            yield lease
        finally:
            _let_go(lease)


def _taken(lease: Lease) -> bool:
    with transaction() as session:
        at = clock.wall()
        mine = {"holder": lease.holder, "until_at": at + TERM}
        statement = insert(session, CustomerLease).values(workspace_id=lease.workspace_id, **mine)
        free = col(CustomerLease.until_at) <= at
        taken = session.connection().execute(
            statement.on_conflict_do_update(
                index_elements=["workspace_id"], set_=mine, where=free
            ).returning(col(CustomerLease.holder))
        )
        return taken.first() is not None


def _let_go(lease: Lease) -> None:
    with transaction() as session:
        session.exec(delete(CustomerLease).where(col(CustomerLease.holder) == lease.holder))


def _busy() -> Busy:
    return Busy(
        "Another change to this subscription is being made right now. Nothing was changed; try again in a moment."
    )


@dataclass(slots=True)
class _Line:
    """Threads of this process that want the same workspace queue here, not at the database."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    people: int = 0


_lines: dict[int, _Line] = {}
_door = threading.Lock()


@contextmanager
def _in_line(workspace_id: int, wait: float) -> Generator[None]:
    with _door:
        line = _lines.setdefault(workspace_id, _Line())
        line.people += 1
    try:
        if not line.lock.acquire(timeout=wait):
            raise _busy()
        try:
            yield
        finally:
            line.lock.release()
    finally:
        with _door:
            line.people -= 1
            if not line.people:
                _lines.pop(workspace_id, None)
