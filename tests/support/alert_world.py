"""A workspace with alerts on a scripted market, and an engine that looks when it is told to."""

import contextlib

import time_machine
from sqlmodel import Session, col, select

from saas_app.alerts import rules
from saas_app.alerts.engine import Engine
from saas_app.alerts.models import Alert, AlertDelivery, AlertEvent
from saas_app.alerts.rules import Draft
from saas_app.core.db import snapshot, transaction
from saas_app.market import current
from saas_app.market.board import Board
from tests.support.billing_world import Tenant
from tests.support.scripted_market import ScriptedSource, at

START = 1_800_000_000 - 1_800_000_000 % 86_400


class World:
    """`alert` makes one, `look` is one turn at a second; both happen at that second."""

    def __init__(self, tenant: Tenant, ticks, symbol="BTCUSD") -> None:
        self.tenant = tenant
        self.source = ScriptedSource(ticks, symbol)
        self.board = Board([self.source])
        current.install(self.board)
        self.engine = Engine(self.board)

    def alert(self, second, kind="crosses", timeframe="H1", **more) -> Alert:
        figures = more.pop("figures", {"price": 100.0} if kind.startswith("crosses") else {})
        draft = Draft(self.source.symbols[0], timeframe, kind, figures, **more)
        with time_machine.travel(at(second), tick=False), transaction() as session:
            return rules.create(session, self.tenant.id, self.tenant.owner.id, draft)

    def look(self, second) -> int:
        with time_machine.travel(at(second), tick=False):
            return self.engine.turn(at(second))

    def restart(self) -> None:
        self.board = Board([self.source])
        current.install(self.board)
        self.engine = Engine(self.board)

    def events(self, alert=None) -> list[AlertEvent]:
        rows = select(AlertEvent).order_by(col(AlertEvent.id))
        if alert is not None:
            rows = rows.where(AlertEvent.alert_id == alert.id)
        with snapshot() as session:
            return list(session.exec(rows))

    def told(self, alert=None) -> list[int]:
        """The seconds, counted from the beginning, at which somebody was told."""
        return [e.at - START for e in self.events(alert) if e.outcome == "fired"]

    def held(self, alert=None) -> list[str]:
        return [event.reason for event in self.events(alert) if event.outcome == "held"]

    def deliveries(self) -> list[AlertDelivery]:
        with snapshot() as session:
            return list(session.exec(select(AlertDelivery).order_by(col(AlertDelivery.id))))

    def now(self, alert) -> Alert:
        with snapshot() as session:
            return session.get_one(Alert, alert.id)


class Death(BaseException):
    """As near to kill -9 as one process gets."""


@contextlib.contextmanager
def dying(monkeypatch, nth: int, *, after: bool):
    """The process dies at its nth commit from now, before it is on disk or just after."""
    left, commit = nth, Session.commit

    def mortal(session) -> None:
        nonlocal left
        left -= 1
        if left == 0 and not after:
            raise Death
        commit(session)
        if left == 0:
            raise Death

    with monkeypatch.context() as patched:
        patched.setattr(Session, "commit", mortal)
        with contextlib.suppress(Death):
            yield
