"""Using up a quota: exact however many try at once, once for each request, given back when it came to nothing."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select, update

from saas_app.core import clock, upsert
from saas_app.core.errors import Conflict
from saas_app.entitlements import access, metering, nearing
from saas_app.entitlements.errors import refusal
from saas_app.entitlements.models import UsageCounter, UsageRecord
from saas_app.plans import periods
from saas_app.plans.access import Access
from saas_app.plans.decide import Denied, decide
from saas_app.plans.features import Feature, Kind
from saas_app.plans.periods import Period
from saas_app.workspaces import memberships


class NotAQuota(TypeError):
    """The feature is not counted by the period in this catalogue: ask `stock` or `decide`."""


@dataclass(frozen=True, slots=True)
class Taken:
    """`again`: this very request was counted before, so nothing was added. `left` None: no limit."""

    used: int
    left: int | None
    resets_at: datetime
    again: bool = False


def take(
    session: Session,
    workspace_id: int,
    feature: Feature,
    *,
    request_id: str,
    amount: int = 1,
    user_id: int | None = None,
) -> Taken:
    """Count `amount` for this request, or raise LimitReached (NeedsUpgrade) and count nothing.

    The caller's transaction decides: if it is undone, nothing was used. The same `request_id`
    with another amount raises Conflict.
    """
    standing = access.of(session, workspace_id, clock.now())
    period = _period(session, standing, workspace_id, feature)
    record, fresh = _claimed(session, workspace_id, feature, request_id, amount, user_id, period)
    if not fresh:
        used = _used(session, workspace_id, feature, period.start)
        return _taken(standing, feature, used, period, again=True)
    used = _add(session, standing, workspace_id, feature, period, amount)
    metering.used(session, standing.catalogue, record)
    nearing.tell(
        session,
        workspace_id,
        standing,
        feature,
        before=used - amount,
        used=used,
        period=period.start,
    )
    return _taken(standing, feature, used, period)


def give_back(session: Session, workspace_id: int, feature: Feature, request_id: str) -> bool:
    """The request came to nothing: its amount may be used again. False where nothing is held by it."""
    given = (
        update(UsageRecord)
        .where(
            col(UsageRecord.workspace_id) == workspace_id,
            col(UsageRecord.feature) == feature.value,
            col(UsageRecord.request_id) == request_id,
            col(UsageRecord.given_back_at).is_(None),
        )
        .values(given_back_at=clock.now())
        .returning(col(UsageRecord.id))
    )
    found = session.connection().execute(given).first()
    if found is None:
        return False
    record = session.get_one(UsageRecord, found[0], populate_existing=True)
    session.exec(
        update(UsageCounter)
        .where(*_of(workspace_id, feature, record.period_start_at))
        .values(used=col(UsageCounter.used) - record.amount)
    )
    metering.given_back(session, record)
    return True


def used_now(session: Session, workspace_id: int, feature: Feature, now: datetime) -> int:
    """How much is used in the running period."""
    standing = access.of(session, workspace_id, now)
    period = _period(session, standing, workspace_id, feature, at=now)
    return _used(session, workspace_id, feature, period.start)


def resets_at(session: Session, workspace_id: int, feature: Feature, now: datetime) -> datetime:
    """When the running period ends."""
    standing = access.of(session, workspace_id, now)
    return _period(session, standing, workspace_id, feature, at=now).end


def _period(
    session: Session,
    standing: Access,
    workspace_id: int,
    feature: Feature,
    *,
    at: datetime | None = None,
) -> Period:
    meter = standing.catalogue.meters.get(feature)
    if meter is None or meter.kind is not Kind.QUOTA or meter.period is None:
        raise NotAQuota(feature.value)
    zone = memberships.by_id(session, workspace_id).time_zone
    return periods.around(at or clock.now(), meter.period, zone)


def _claimed(
    session: Session,
    workspace_id: int,
    feature: Feature,
    request_id: str,
    amount: int,
    user_id: int | None,
    period: Period,
) -> tuple[UsageRecord, bool]:
    """The request's own row, and whether it is ours to count: new, or given back before."""
    row = {
        "workspace_id": workspace_id,
        "user_id": user_id,
        "feature": feature.value,
        "request_id": request_id,
        "amount": amount,
        "period_start_at": period.start,
        "at": clock.now(),
        "turn": 0,
    }
    mine = (
        col(UsageRecord.workspace_id) == workspace_id,
        col(UsageRecord.feature) == feature.value,
        col(UsageRecord.request_id) == request_id,
    )
    fresh = upsert.added(session, UsageRecord, row)
    if not fresh:
        once_more = (
            update(UsageRecord)
            .where(*mine, col(UsageRecord.given_back_at).is_not(None))
            .values(
                given_back_at=None,
                amount=amount,
                period_start_at=period.start,
                at=clock.now(),
                turn=col(UsageRecord.turn) + 1,
            )
            .returning(col(UsageRecord.id))
        )
        fresh = session.connection().execute(once_more).first() is not None
    record = session.exec(
        select(UsageRecord).where(*mine).execution_options(populate_existing=True)
    ).one()
    if record.amount != amount:
        raise Conflict("This request was counted before with another amount. Nothing was added.")
    return record, fresh


def _add(
    session: Session,
    standing: Access,
    workspace_id: int,
    feature: Feature,
    period: Period,
    amount: int,
) -> int:
    """The one statement that keeps the limit: whoever comes second reads what the first wrote."""
    limit = standing.limits[feature]
    start = {
        "workspace_id": workspace_id,
        "feature": feature.value,
        "period_start_at": period.start,
    }
    upsert.added(session, UsageCounter, {**start, "used": 0})
    adding = update(UsageCounter).where(*_of(workspace_id, feature, period.start))
    if limit is not None:
        adding = adding.where(col(UsageCounter.used) + amount <= limit)
    moved = session.connection().execute(
        adding.values(used=col(UsageCounter.used) + amount).returning(col(UsageCounter.used))
    )
    row = moved.first()
    if row is not None:
        return int(row[0])
    used = _used(session, workspace_id, feature, period.start)
    denied = decide(standing, feature, used=used, adding=amount)
    if isinstance(denied, Denied):
        raise refusal(denied, standing)
    raise Conflict("The quota changed at this very moment. Nothing was used; please try again.")


def _used(session: Session, workspace_id: int, feature: Feature, start: datetime) -> int:
    counted = select(UsageCounter.used).where(*_of(workspace_id, feature, start))
    return session.exec(counted).first() or 0


def _of(workspace_id: int, feature: Feature, start: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        col(UsageCounter.workspace_id) == workspace_id,
        col(UsageCounter.feature) == feature.value,
        col(UsageCounter.period_start_at) == start,
    )


def _taken(
    standing: Access, feature: Feature, used: int, period: Period, *, again: bool = False
) -> Taken:
    limit = standing.limits[feature]
    left = max(0, limit - used) if isinstance(limit, int) else None
    return Taken(used, left, period.end, again)
