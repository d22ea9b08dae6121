"""Takes webhooks in: believed, written down, and only then acknowledged. Acts on none of them.

Events that arrive together share one transaction: whoever comes while a commit is on its way
joins the next.
"""

import asyncio
import dataclasses
import weakref
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, col, delete, select

from saas_app.billing import believing, events, payers
from saas_app.billing.gateway import EventFacts
from saas_app.billing.models import EventStatus, StripeEvent
from saas_app.billing.stripe.client import API_VERSION
from saas_app.core import clock, live, logs
from saas_app.core.db import transaction
from saas_app.core.errors import Unavailable
from saas_app.core.settings import settings
from saas_app.core.upsert import insert

TOPIC = "inbox"
CATALOGUE_TOUCHED = "about the catalogue: see whether Stripe still agrees with it"
_MOST_AT_ONCE = 500
_PURGED_AT_ONCE = 1000

_log = logs.get(__name__)


class Received(StrEnum):
    STORED = "stored"
    IGNORED = "ignored"  # kept, with the reason, and never acted upon


class NotStored(Unavailable):
    """The event could not be written down: the sender is told so and will send it again."""

    code = "not_stored"


async def receive(body: bytes, signature: str) -> Received:
    """Returns once the event is on disk; twice the same event is stored once and fine both times.

    Raises BadWebhook (answer 400) or NotStored (answer 503).
    """
    facts = await _believed(body, signature)
    if facts.api_version not in {None, API_VERSION}:
        # Only the reader of a payload would be hurt, and nobody reads it: still, somebody set this up by hand.
        _log.warning("inbox.other_version", event_id=facts.id, api_version=facts.api_version)
    if facts.customer is None and facts.payment is not None:
        facts = dataclasses.replace(facts, customer=await _payer(facts.payment))
    reason = _unwanted(facts)
    try:
        await _writer().written(_row(facts, reason))
    except SQLAlchemyError as error:
        _log.exception("inbox.not_stored", event_id=facts.id)
        raise NotStored("The event could not be stored. Please send it again.") from error
    return Received.IGNORED if reason else Received.STORED


async def _believed(body: bytes, signature: str) -> EventFacts:
    try:
        return await believing.believed(body, signature)
    except SQLAlchemyError as error:
        raise NotStored("The event could not be stored. Please send it again.") from error


async def _payer(payment: str) -> str | None:
    """Whose payment it was: Stripe names no customer in what it says of refunds and disputes."""
    try:
        return await asyncio.to_thread(payers.of_payment, payment)
    except SQLAlchemyError as error:
        raise NotStored("The event could not be stored. Please send it again.") from error


def _unwanted(facts: EventFacts) -> str:
    if facts.livemode != settings().live:
        return f"other mode: livemode is {facts.livemode}"
    if facts.type in events.ABOUT_THE_CATALOGUE:
        return CATALOGUE_TOUCHED
    if facts.type not in events.KNOWN:
        return "not a type we listen to"
    return "" if facts.customer else "concerns no customer"


def _row(facts: EventFacts, ignored: str) -> dict[str, Any]:
    at = clock.wall()
    return {
        "id": facts.id,
        "type": facts.type,
        "created_at": facts.created_at,
        "api_version": facts.api_version,
        "livemode": facts.livemode,
        "customer": facts.customer,
        "payload": facts.payload,
        "status": EventStatus.IGNORED if ignored else EventStatus.PENDING,
        "attempts": 0,
        "next_try_at": at,
        "error": ignored,
        "received_at": at,
        "handled_at": at if ignored else None,
    }


def store(rows: list[dict[str, Any]]) -> None:
    """One transaction for all of them; what is there already stays as it is.

    In the order of their ids: two processes that are sent the same events would else wait for
    each other in a ring.
    """
    ordered = sorted(rows, key=lambda row: row["id"])
    with transaction() as session:
        session.connection().execute(insert(session, StripeEvent).on_conflict_do_nothing(), ordered)
        live.publish(session, TOPIC)


@dataclass(slots=True)
class _Writer:
    """Group commit for one event loop: rows wait here while the commit before theirs is on its way."""

    waiting: list[tuple[dict[str, Any], asyncio.Future[None]]] = field(
        default_factory=list[tuple[dict[str, Any], "asyncio.Future[None]"]]
    )
    flushing: asyncio.Task[None] | None = None

    async def written(self, row: dict[str, Any]) -> None:
        done = asyncio.get_running_loop().create_future()
        self.waiting.append((row, done))
        if self.flushing is None or self.flushing.done():
            self.flushing = asyncio.create_task(self._flush())
        await done

    async def _flush(self) -> None:
        while self.waiting:
            batch, self.waiting = self.waiting[:_MOST_AT_ONCE], self.waiting[_MOST_AT_ONCE:]
            failure: BaseException | None = None
            try:
                await asyncio.to_thread(store, [row for row, _ in batch])
            except Exception as error:  # noqa: BLE001 — handed to everyone who waits for this batch
                failure = error
            for _, done in batch:
                if done.done():  # the sender hung up; the row is stored all the same
                    continue
                if failure is None:
                    done.set_result(None)
                else:
                    done.set_exception(failure)


_writers: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, _Writer] = (
    weakref.WeakKeyDictionary()
)


def _writer() -> _Writer:
    return _writers.setdefault(asyncio.get_running_loop(), _Writer())


def dead(session: Session) -> list[StripeEvent]:
    """What could not be handled and waits for a person, oldest first."""
    rows = select(StripeEvent).where(StripeEvent.status == EventStatus.DEAD)
    return list(session.exec(rows.order_by(col(StripeEvent.received_at))))


def catalogue_touched(session: Session, *, since: datetime) -> bool:
    """Whether Stripe told of a product or a price since then."""
    told = select(StripeEvent.id).where(
        StripeEvent.error == CATALOGUE_TOUCHED, col(StripeEvent.received_at) >= since
    )
    return session.exec(told.limit(1)).first() is not None


def replay(session: Session, event_id: str, *, at: datetime) -> bool:
    """Handle this event again from the beginning; False when there is none of that id."""
    row = session.get(StripeEvent, event_id)
    if row is None or row.customer is None:
        return False
    row.status, row.attempts, row.error = EventStatus.PENDING, 0, ""
    row.next_try_at, row.handled_at = at, None
    session.add(row)
    live.publish(session, TOPIC)
    return True


def purge(session: Session, *, before: datetime) -> int:
    """Forget events handled before this moment, a bounded number at a time; how many went.

    Stripe itself keeps events for thirty days; dead ones stay until a person looked at them.
    """
    old = (
        select(StripeEvent.id)
        .where(
            col(StripeEvent.status).in_([EventStatus.DONE, EventStatus.IGNORED]),
            col(StripeEvent.handled_at) < before,
        )
        .limit(_PURGED_AT_ONCE)
    )
    gone = session.exec(delete(StripeEvent).where(col(StripeEvent.id).in_(session.exec(old).all())))
    return gone.rowcount
