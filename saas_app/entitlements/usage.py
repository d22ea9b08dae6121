"""How much of each limit a workspace uses. Counts nothing itself: whoever owns the things hands a counter in."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from sqlmodel import Session

from saas_app.entitlements import access, quota
from saas_app.plans.decide import warning
from saas_app.plans.features import Feature, Kind

Counter: TypeAlias = Callable[[Session, int, datetime], int]
"""How much of one feature this workspace uses now."""


@dataclass(frozen=True, slots=True)
class Usage:
    """One line of the usage page. `limit` None is unlimited; `warning` the mark it has passed.

    `resets_at` is when a quota begins anew; None for what is kept and for what moves by itself.
    """

    feature: Feature
    used: int
    limit: int | None
    warning: float | None
    resets_at: datetime | None = None

    @property
    def left(self) -> int | None:
        return None if self.limit is None else max(0, self.limit - self.used)


_counters: dict[Feature, Counter] = {}


def counted_by(feature: Feature, counter: Counter) -> None:
    """The slice that keeps the things says how to count them; called by the wiring."""
    _counters[feature] = counter


def counted(session: Session, workspace_id: int, feature: Feature, now: datetime) -> int | None:
    """How much is used now; None where nobody counts it."""
    counter = _counters.get(feature)
    return counter(session, workspace_id, now) if counter else None


def summary(session: Session, workspace_id: int, now: datetime) -> tuple[Usage, ...]:
    """What is countable in this product and counted by somebody, in the catalogue's order."""
    standing = access.of(session, workspace_id, now)
    lines: list[Usage] = []
    for feature, meter in standing.catalogue.meters.items():
        limit = standing.limits[feature]
        counter = _counters.get(feature)
        if counter is None or isinstance(limit, bool | str | frozenset):
            continue
        used = counter(session, workspace_id, now)
        resets = (
            quota.resets_at(session, workspace_id, feature, now)
            if meter.kind is Kind.QUOTA
            else None
        )
        lines.append(Usage(feature, used, limit, warning(standing, feature, used), resets))
    return tuple(lines)
