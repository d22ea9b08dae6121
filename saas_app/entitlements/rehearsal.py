"""What a smaller plan would mean for what a workspace has today. Looks ahead; changes nothing."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from saas_app.entitlements import access, usage
from saas_app.plans.access import Access
from saas_app.plans.catalogue import Catalogue, Downgrade
from saas_app.plans.decide import excess
from saas_app.plans.features import Feature, Kind, Limit, gives_at_least


@dataclass(frozen=True, slots=True)
class Resting:
    """A stock that does not fit: `beyond` of the `used` rest, in the way the catalogue says."""

    feature: Feature
    used: int
    limit: int
    beyond: int
    rule: Downgrade


@dataclass(frozen=True, slots=True)
class Less:
    """A limit that becomes smaller, whether it is reached or not."""

    feature: Feature
    before: Limit
    after: Limit


@dataclass(frozen=True, slots=True)
class Rehearsal:
    plan: str
    resting: tuple[Resting, ...]
    less: tuple[Less, ...]


def of(
    session: Session, workspace_id: int, now: datetime, *, price: str | None, seats: int = 1
) -> Rehearsal:
    """Moving to `price`; None is the plan that costs nothing."""
    today = access.of(session, workspace_id, now)
    then = access.if_bought(session, workspace_id, now, price=price, seats=seats)
    counted = {
        feature: usage.counted(session, workspace_id, feature, now) or 0
        for feature, meter in then.catalogue.meters.items()
        if meter.kind is Kind.STOCK
    }
    return Rehearsal(
        then.plan,
        tuple(
            _resting(then, feature, used)
            for feature, used in counted.items()
            if excess(then, feature, used)
        ),
        _less(then.catalogue, today, then),
    )


def _resting(then: Access, feature: Feature, used: int) -> Resting:
    beyond = excess(then, feature, used)
    return Resting(feature, used, used - beyond, beyond, then.catalogue.downgrade[feature])


def _less(catalogue: Catalogue, today: Access, then: Access) -> tuple[Less, ...]:
    return tuple(
        Less(feature, today.limits[feature], then.limits[feature])
        for feature, meter in catalogue.meters.items()
        if not gives_at_least(meter, then.limits[feature], today.limits[feature])
    )
