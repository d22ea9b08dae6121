"""Alerts of the workspace: made, changed, tried on the past, and accounted for."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path
from pydantic import AwareDatetime, BaseModel, Field
from sqlmodel import Session

from saas_app.alerts import backtest, history, rules, words
from saas_app.alerts.history import Scene
from saas_app.alerts.models import Alert
from saas_app.alerts.rules import Draft
from saas_app.api import quota
from saas_app.api.caller import Caller, SignedInCaller
from saas_app.core import clock, rate_limit
from saas_app.core.db import snapshot, transaction
from saas_app.market import current
from saas_app.workspaces import memberships
from saas_app.workspaces.roles import Permission

router = APIRouter(prefix="/api", tags=["Alerts"], dependencies=[Depends(quota.counted)])

Key = Annotated[str, Path(max_length=64)]
Figure = Annotated[float, Field(allow_inf_nan=False)] | Annotated[str, Field(max_length=16)]


class AlertForm(BaseModel):
    """`figures` are the condition's own: a price, a percentage, a number of touches.

    `days` is how long it lives; null for ever.
    """

    symbol: Annotated[str, Field(max_length=32)]
    timeframe: Annotated[str, Field(max_length=8)]
    kind: Annotated[str, Field(max_length=32)]
    figures: Annotated[dict[str, Figure], Field(max_length=8)] = {}
    frequency: Annotated[str, Field(max_length=16)] = "once"
    cooldown_seconds: Annotated[int, Field(ge=0, le=2**31 - 1)] = 60
    channels: Annotated[list[Annotated[str, Field(max_length=16)]], Field(max_length=8)] = [
        "in_app"
    ]
    note: Annotated[str, Field(max_length=500)] = ""
    sound: bool = False
    days: Annotated[int, Field(ge=1, le=366)] | None = 30


class AlertAnswer(BaseModel):
    """`silence` says why it tells nobody just now; `waits` when all is well."""

    key: str
    symbol: str
    timeframe: str
    kind: str
    figures: dict[str, float | str]
    condition: str
    frequency: str
    cooldown_seconds: int
    channels: list[str]
    note: str
    sound: bool
    status: str
    silence: str
    created_at: datetime
    expires_at: datetime | None
    muted_until: datetime | None
    fired_count: int


class Alerts(BaseModel):
    alerts: list[AlertAnswer]


class DeliveryAnswer(BaseModel):
    channel: str
    status: str
    attempts: int
    created_at: datetime
    sent_at: datetime | None
    error: str


class EventAnswer(BaseModel):
    """`at` and `bar` are the market's Unix seconds; the moments are wall time with milliseconds."""

    key: str
    outcome: str
    reason: str
    at: int
    bar: int
    price: float
    facts: dict[str, Any]
    source: str
    data_kind: str
    late: bool
    seen_at: datetime
    stored_at: datetime
    deliveries: list[DeliveryAnswer]


class History(BaseModel):
    events: list[EventAnswer]


class Mute(BaseModel):
    """Null ends it."""

    until: AwareDatetime | None = None


class BacktestAnswer(BaseModel):
    count: int
    times: list[int]
    since: int
    until: int
    data_kind: str


@router.get("/alerts")
def list_alerts(caller: SignedInCaller) -> Alerts:
    """The workspace's alerts, the newest first."""
    with snapshot() as session:
        memberships.require(session, caller.workspace_id, caller.user_id, Permission.VIEW)
        mine = rules.of(session, caller.workspace_id)
        scene = history.scene(session, caller.workspace_id, clock.wall())
        return Alerts(alerts=[_shown(alert, scene) for alert in mine])


@router.post("/alerts", status_code=201)
def create_alert(form: AlertForm, caller: SignedInCaller) -> AlertAnswer:
    """Wait for something. 403 `limit_reached` when the plan's alerts are all awake."""
    with transaction() as session:
        _may_edit(session, caller)
        alert = rules.create(session, caller.workspace_id, caller.user_id, _draft(form))
        return _answer(session, alert)


@router.post("/alerts/backtest")
def backtest_alert(form: AlertForm, caller: SignedInCaller) -> BacktestAnswer:
    """How often this would have told you in the last thirty days. Saves nothing."""
    rate_limit.hit("backtest", str(caller.user_id), limit=60, seconds=60)
    with snapshot() as session:
        memberships.require(session, caller.workspace_id, caller.user_id, Permission.VIEW)
        asked = rules.tried(session, caller.workspace_id, _draft(form))
    found = backtest.run(current.board(), asked, now=clock.wall())
    return BacktestAnswer.model_validate(found, from_attributes=True)


@router.get("/alerts/{alert_key}")
def read_alert(alert_key: Key, caller: SignedInCaller) -> AlertAnswer:
    """One alert and why it is silent just now."""
    with snapshot() as session:
        memberships.require(session, caller.workspace_id, caller.user_id, Permission.VIEW)
        return _answer(session, rules.find(session, caller.workspace_id, alert_key))


@router.put("/alerts/{alert_key}")
def change_alert(alert_key: Key, form: AlertForm, caller: SignedInCaller) -> AlertAnswer:
    """All of it anew; it waits from the price of now, and its history stays."""
    with transaction() as session:
        _may_edit(session, caller)
        return _answer(session, rules.change(session, caller.workspace_id, alert_key, _draft(form)))


@router.delete("/alerts/{alert_key}", status_code=204)
def delete_alert(alert_key: Key, caller: SignedInCaller) -> None:
    """Wait no longer. It can be restored for thirty days."""
    with transaction() as session:
        _may_edit(session, caller)
        rules.delete(session, caller.workspace_id, alert_key)


@router.post("/alerts/{alert_key}/restore")
def restore_alert(alert_key: Key, caller: SignedInCaller) -> AlertAnswer:
    """Undo a deletion; where it was awake its room is counted again."""
    with transaction() as session:
        _may_edit(session, caller)
        return _answer(session, rules.restore(session, caller.workspace_id, alert_key))


@router.post("/alerts/{alert_key}/pause")
def pause_alert(alert_key: Key, caller: SignedInCaller) -> AlertAnswer:
    """Wait no longer until it is resumed; a paused alert takes no room in the plan."""
    with transaction() as session:
        _may_edit(session, caller)
        return _answer(session, rules.pause(session, caller.workspace_id, alert_key))


@router.post("/alerts/{alert_key}/resume")
def resume_alert(alert_key: Key, caller: SignedInCaller) -> AlertAnswer:
    """Wait again from the price of now, also after it has fired or expired."""
    with transaction() as session:
        _may_edit(session, caller)
        return _answer(session, rules.resume(session, caller.workspace_id, alert_key))


@router.post("/alerts/{alert_key}/mute")
def mute_alert(alert_key: Key, mute: Mute, caller: SignedInCaller) -> AlertAnswer:
    """Tell nobody until then; what happens is written down all the same."""
    with transaction() as session:
        _may_edit(session, caller)
        return _answer(session, rules.mute(session, caller.workspace_id, alert_key, mute.until))


@router.get("/alerts/{alert_key}/history")
def alert_history(alert_key: Key, caller: SignedInCaller) -> History:
    """Every time the condition was met: told, or why not, and where word of it went."""
    with snapshot() as session:
        memberships.require(session, caller.workspace_id, caller.user_id, Permission.VIEW)
        alert = rules.find(session, caller.workspace_id, alert_key)
        found = history.of(session, alert)
    return History(
        events=[
            EventAnswer(
                **each.event.model_dump(include=set(EventAnswer.model_fields) - {"deliveries"}),
                deliveries=[
                    DeliveryAnswer.model_validate(sent, from_attributes=True)
                    for sent in each.deliveries
                ],
            )
            for each in found
        ]
    )


def _draft(form: AlertForm) -> Draft:
    return Draft(**form.model_dump())


def _answer(session: Session, alert: Alert) -> AlertAnswer:
    return _shown(alert, history.scene(session, alert.workspace_id, clock.wall()))


def _shown(alert: Alert, scene: Scene) -> AlertAnswer:
    facts = alert.model_dump(include=set(AlertAnswer.model_fields))
    why = history.silence(alert, scene)
    return AlertAnswer(**facts, condition=words.condition(alert), silence=why)


def _may_edit(session: Session, caller: Caller) -> None:
    memberships.require(session, caller.workspace_id, caller.user_id, Permission.EDIT)
