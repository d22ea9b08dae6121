"""Why somebody may or may not: every fact that a decision hung on, now or at a moment of the past."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, or_, select

from saas_app.core import clock
from saas_app.core.errors import NotFound
from saas_app.entitlements import access, history, quota, usage, words
from saas_app.entitlements.models import EntitlementOverride
from saas_app.plans.access import Access
from saas_app.plans.decide import Allowed, Denied, decide
from saas_app.plans.features import FEATURES, Feature, Kind, Limit, Meter, plain

_ASKS_FOR_ONE = frozenset({Kind.SET, Kind.LEVEL})


@dataclass(frozen=True, slots=True)
class Agreement:
    """What a contract says about this feature instead of the plan."""

    value: object
    reason: str
    ends_at: datetime | None


@dataclass(frozen=True, slots=True)
class Explanation:
    """`limit` is what counts, `plan_limit` what the plan alone would give; limits as JSON shows them.

    `used` is None where nothing counts it, or nothing remembers how much it was then.
    """

    feature: Feature
    item: str | None
    at: datetime
    allowed: bool
    code: str
    sentence: str
    plan: str
    plan_name: str
    generation: int
    status: str
    reason: str
    grace_until: datetime | None
    limit: bool | str | list[str] | int | None
    plan_limit: bool | str | list[str] | int | None
    agreement: Agreement | None
    used: int | None
    left: int | None
    resets_at: datetime | None
    upgrade_to: str | None
    upgrade_name: str


class NoSuchFeature(NotFound):
    code = "no_such_feature"

    def __init__(self, asked: str, known: list[str]) -> None:
        super().__init__(
            f"This product has no limit called {asked[:40]!r}. Ask for one of: {', '.join(known)}."
        )


def of(
    session: Session,
    workspace_id: int,
    feature: str,
    *,
    item: str | None = None,
    at: datetime | None = None,
) -> Explanation:
    """Raises NoSuchFeature. `at` None is now; the past is told from what was remembered."""
    now = clock.now()
    standing = (
        access.of(session, workspace_id, now)
        if at is None
        else history.at(session, workspace_id, at)
    )
    moment = at or now
    meter = _meter(standing, feature)
    used = _used(session, workspace_id, meter, moment, is_now=at is None)
    answer = _answer(standing, meter, used, item)
    plan = standing.catalogue.plan(standing.plan, standing.generation)
    denied = answer if isinstance(answer, Denied) else None
    better = standing.catalogue.find(denied.upgrade_to) if denied else None
    return Explanation(
        feature=meter.feature,
        item=item,
        at=moment,
        allowed=answer.allowed,
        code=denied.code if denied else "",
        sentence=words.granted(answer, standing, item)
        if isinstance(answer, Allowed)
        else words.sentence(answer, standing),
        plan=plan.id,
        plan_name=plan.name,
        generation=plan.generation,
        status=standing.status or "",
        reason=standing.reason.value,
        grace_until=standing.grace_until,
        limit=plain(standing.limits[meter.feature]),
        plan_limit=plain(plan.limits[meter.feature]),
        agreement=_agreement(session, workspace_id, meter.feature, moment),
        used=used,
        left=_left(standing.limits[meter.feature], used),
        resets_at=quota.resets_at(session, workspace_id, meter.feature, moment)
        if meter.kind is Kind.QUOTA
        else None,
        upgrade_to=better.id if better else None,
        upgrade_name=better.name if better else "",
    )


def _meter(standing: Access, asked: str) -> Meter:
    feature = FEATURES.get(asked)
    meter = standing.catalogue.meters.get(feature) if feature else None
    if meter is None:
        raise NoSuchFeature(asked, [known.value for known in standing.catalogue.meters])
    return meter


def _used(
    session: Session, workspace_id: int, meter: Meter, moment: datetime, *, is_now: bool
) -> int | None:
    if meter.kind is Kind.QUOTA:
        return quota.used_now(session, workspace_id, meter.feature, moment)
    return usage.counted(session, workspace_id, meter.feature, moment) if is_now else None


def _answer(standing: Access, meter: Meter, used: int | None, item: str | None) -> Allowed | Denied:
    """Of what has members one asks for a member; asked for none, it is about having any at all."""
    if meter.kind in _ASKS_FOR_ONE and item is None:
        limit: Limit = standing.limits[meter.feature]
        if limit != meter.nothing:
            return Allowed(meter.feature, limit)
        item = meter.levels[-1] if meter.kind is Kind.LEVEL else ""
    return decide(standing, meter.feature, used=used or 0, item=item)


def _left(limit: Limit, used: int | None) -> int | None:
    """Before anything is added; `decide` tells what would be left after it."""
    if used is None or isinstance(limit, bool) or not isinstance(limit, int):
        return None
    return max(0, limit - used)


def _agreement(
    session: Session, workspace_id: int, feature: Feature, at: datetime
) -> Agreement | None:
    """The newest in force, as `access` lays them over the plan."""
    mine = select(EntitlementOverride).where(
        EntitlementOverride.workspace_id == workspace_id,
        EntitlementOverride.feature == feature.value,
        col(EntitlementOverride.starts_at) <= at,
        or_(col(EntitlementOverride.ends_at).is_(None), col(EntitlementOverride.ends_at) > at),
    )
    row = session.exec(mine.order_by(col(EntitlementOverride.id).desc()).limit(1)).first()
    return Agreement(row.value, row.reason, row.ends_at) if row else None
