"""The engine's loop: one look a second, and after trouble a fresh start from what is on disk."""

import asyncio
from datetime import datetime, timedelta

from sqlmodel import Session, col, func, select

from saas_app.alerts.conditions import CONDITIONS, Judged
from saas_app.alerts.engine import Engine, Overtaken
from saas_app.alerts.models import Alert, AlertWatermark, Status
from saas_app.core import clock, live, logs
from saas_app.market import current, feed

# As long as two written watermarks may lie apart, and a little.
_LATE = timedelta(seconds=90)
_ON_TICKS = [kind.value for kind, each in CONDITIONS.items() if each.judged is Judged.TICK]
_AFTER_TROUBLE_SECONDS = 5.0
_LOOK_ANYWAY_SECONDS = 2.0

_log = logs.get(__name__)


async def run() -> None:
    """For ever. Two processes may both run it: whoever was overtaken waits and looks afresh."""
    engine = Engine(current.board())
    seen = live.HUB.version(feed.QUOTES)
    while True:
        try:
            await asyncio.to_thread(engine.turn, clock.wall())
        except Overtaken:
            engine.forget()
            await asyncio.sleep(_AFTER_TROUBLE_SECONDS)
        except Exception:  # noqa: BLE001 — whatever it was, the alerts of everybody else go on
            _log.exception("alerts.turn_failed")
            engine.forget()
            await asyncio.sleep(_AFTER_TROUBLE_SECONDS)
        seen = await live.HUB.wait(feed.QUOTES, seen, _LOOK_ANYWAY_SECONDS)


def late_since(session: Session, now: datetime) -> datetime | None:
    """Since when no price was judged although somebody waits; None while all is well, or nobody waits."""
    waiting = (
        col(Alert.status) == Status.ACTIVE,
        col(Alert.deleted_at).is_(None),
        col(Alert.kind).in_(_ON_TICKS),
    )
    since = session.exec(select(func.min(Alert.armed_at)).where(*waiting)).one()
    if since is None:
        return None
    judged = session.exec(
        select(func.max(AlertWatermark.at)).where(
            AlertWatermark.timeframe == "",
            col(AlertWatermark.symbol).in_(select(Alert.symbol).where(*waiting)),
        )
    ).one()
    # A watermark may be older than the first who waits: nobody did in between.
    newest = max(since, judged or since)
    if now.timestamp() - newest <= _LATE.total_seconds():
        return None
    return datetime.fromtimestamp(newest, now.tzinfo)
