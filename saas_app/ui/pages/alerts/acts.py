"""What the alerts page reads and does, each in one short look or transaction."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlmodel import Session

from saas_app.accounts.sessions import SignedIn
from saas_app.alerts import backtest, history, rules, words
from saas_app.alerts.history import Happening, Scene
from saas_app.alerts.models import Alert
from saas_app.alerts.rules import Draft
from saas_app.core import clock, dates, rate_limit
from saas_app.core.db import snapshot, transaction
from saas_app.core.texts import text
from saas_app.market import current
from saas_app.plans.features import Feature
from saas_app.ui.pages.market import watched
from saas_app.ui.pages.market.rows import MeterRow
from saas_app.workspaces import memberships, roles
from saas_app.workspaces.roles import Permission

_MUTED_FOR = timedelta(hours=8)


@dataclass(frozen=True, slots=True)
class Seen:
    """One look at everything the page shows; `symbol` is the market of the open past."""

    alerts: list[Alert]
    scene: Scene
    meter: MeterRow
    may_edit: bool
    symbol: str
    happened: list[Happening]


def look(who: SignedIn, opened: str) -> Seen:
    with snapshot() as session:
        mine = rules.of(session, who.workspace_id)
        scene = history.scene(session, who.workspace_id, clock.wall())
        role = memberships.role_of(session, who.workspace_id, who.user_id)
        shown = next((alert for alert in mine if alert.key == opened), None)
        return Seen(
            mine,
            scene,
            watched.room(session, who.workspace_id, scene.standing, Feature.ALERTS_ACTIVE),
            role is not None and roles.may(role, Permission.EDIT),
            shown.symbol if shown else "",
            history.of(session, shown) if shown else [],
        )


def price(symbol: str) -> str:
    quote = current.board().quote(symbol, now=clock.wall())
    return words.price(symbol, quote.price) if quote else ""


def create(who: SignedIn, draft: Draft) -> bool:
    with transaction() as session:
        return rules.waits_beyond(rules.create(session, who.workspace_id, who.user_id, draft))


def tried(who: SignedIn, draft: Draft) -> str:
    rate_limit.hit("backtest", str(who.user_id), limit=60, seconds=60)
    with snapshot() as session:
        asked = rules.tried(session, who.workspace_id, draft)
    found = backtest.run(current.board(), asked, now=clock.wall())
    last = datetime.fromtimestamp(found.times[-1], UTC) if found.times else None
    kind = text(f"market.data.{found.data_kind}")
    return text(
        "alerts.tried" if last else "alerts.tried_never",
        count=found.count,
        last=dates.moment(last, who.time_zone),
        kind=kind,
    )


def act(who: SignedIn, key: str, what: str) -> None:
    with transaction() as session:
        _ACTS[what](session, who.workspace_id, key)


def _mute(session: Session, workspace_id: int, key: str) -> Alert:
    return rules.mute(session, workspace_id, key, clock.now() + _MUTED_FOR)


def _unmute(session: Session, workspace_id: int, key: str) -> Alert:
    return rules.mute(session, workspace_id, key, None)


_ACTS: Mapping[str, Callable[[Session, int, str], Alert]] = {
    "pause": rules.pause,
    "resume": rules.resume,
    "mute": _mute,
    "unmute": _unmute,
}


def delete(who: SignedIn, key: str) -> str:
    with transaction() as session:
        alert = rules.delete(session, who.workspace_id, key)
        return f"{alert.symbol} {words.condition(alert)}"


def restore(who: SignedIn, key: str) -> None:
    with transaction() as session:
        rules.restore(session, who.workspace_id, key)
