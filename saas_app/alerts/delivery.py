"""Brings alerts to people: takes what is due, sends it by its channel, and closes it.

Between sending and closing there is no transaction that could hold both: a death there sends a
second time, and the receiver tells it by the delivery's key. Nothing is lost that way.
"""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from sqlmodel import Session

from saas_app.accounts import people
from saas_app.accounts.models import User
from saas_app.alerts import back_off, dropping, outbox, telling, ways
from saas_app.alerts.dropping import Dropped
from saas_app.alerts.models import Alert, AlertEvent
from saas_app.alerts.outbox import Leased
from saas_app.alerts.telling import Order
from saas_app.audit import trail
from saas_app.core import clock, live, logs
from saas_app.core.db import snapshot, transaction
from saas_app.core.errors import TooMany, Unavailable
from saas_app.core.settings import settings
from saas_app.core.texts import text
from saas_app.notifications.channels import outbound, sms, telegram
from saas_app.notifications.dispatch import notify
from saas_app.notifications.matrix import Channel

_HANDS = 4
_LOOK_ANYWAY_SECONDS = 3.0
_HOPELESS = (outbound.Refused, telegram.Refused, sms.Refused)
_log = logs.get(__name__)


async def run() -> None:
    """For ever. Its hands are its own: an endpoint that answers slowly must not keep the engine waiting."""
    hands = ThreadPoolExecutor(_HANDS, thread_name_prefix="delivery")
    try:
        await asyncio.gather(*(_hand(hands) for _ in range(_HANDS)))
    finally:
        hands.shutdown(wait=False, cancel_futures=True)


async def _hand(hands: ThreadPoolExecutor) -> None:
    loop, seen = asyncio.get_running_loop(), live.HUB.version(outbox.TOPIC)
    while True:
        try:
            found = await loop.run_in_executor(hands, turn)
        except Exception:  # noqa: BLE001 — the database may be away for a moment; the loop is for ever
            _log.exception("alerts.delivery_turn_failed")
            found = False
        if not found:
            seen = await live.HUB.wait(outbox.TOPIC, seen, _LOOK_ANYWAY_SECONDS)


def turn() -> bool:
    """Whether there was one to deliver; that one was, or was put off, or closed."""
    leased = outbox.lease(clock.wall())
    if leased is None:
        return False
    try:
        if leased.attempt > back_off.TRIES:
            # Its last try took the process with it.
            _died(leased, text("alert_undelivered.broke_off"))
            return True
        order = _order(leased)
        ways.WAYS[Channel(leased.channel)](order)
    except Dropped as dropped:
        with transaction() as session:
            outbox.dropped(session, leased, dropped.why.sentence)
    except TooMany as full:
        with transaction() as session:
            outbox.put_off(session, leased, clock.wall() + timedelta(seconds=full.retry_after))
    except _HOPELESS as hopeless:
        _died(leased, str(hopeless))
    except Unavailable as outage:
        _failed(leased, outage.message)
    except Exception:  # noqa: BLE001 — whatever it was, the other deliveries go on
        _log.exception("alerts.delivery_failed", delivery=leased.key)
        _failed(leased, text("alert_undelivered.ours"))
    else:
        with transaction() as session:
            outbox.sent(session, leased.id)
    return True


def _order(leased: Leased) -> Order:
    """Raises Dropped."""
    with snapshot() as session:
        order = _read(session, leased)
        dropping.check(session, order.alert, order.person, Channel(leased.channel))
    return order


def _read(session: Session, leased: Leased) -> Order:
    return Order(
        leased,
        session.get_one(Alert, leased.alert_id),
        session.get_one(AlertEvent, leased.event_id),
        session.get_one(User, leased.user_id),
    )


def _failed(leased: Leased, error: str) -> None:
    with transaction() as session:
        if outbox.failed(session, leased, error):
            _tell(session, leased, error)


def _died(leased: Leased, error: str) -> None:
    with transaction() as session:
        if outbox.died(session, leased, error):
            _tell(session, leased, error)


def _tell(session: Session, leased: Leased, error: str) -> None:
    """Its owner hears of it once a day for each channel: a broken endpoint breaks every delivery to it."""
    order = _read(session, leased)
    trail.record(
        session, "alerts.delivery_dead", workspace_id=leased.workspace_id, delivery=leased.key
    )
    notify(
        session,
        people.addressee(order.person),
        key=f"alert.undelivered:{leased.workspace_id}:{leased.channel}:{clock.now():%Y-%m-%d}",
        kind="alert.undelivered",
        workspace_id=leased.workspace_id,
        link=f"{settings().origin}{telling.PATH}",
        symbol=order.alert.symbol,
        what=telling.facts(order.alert, order.event)["what"],
        by=text(f"alert_undelivered.by.{leased.channel}"),
        error=error,
    )
