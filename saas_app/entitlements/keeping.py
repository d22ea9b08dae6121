"""What stays awake on a smaller plan: chosen by people beforehand, or the oldest; the rest rests.

Nothing is moved or deleted when the boundary comes: what rests follows from the limit at that
moment, so it wakes by itself the moment the limit allows it.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from sqlmodel import Session, col, delete, select

from saas_app.core import clock, live
from saas_app.core.errors import Invalid, NotFound
from saas_app.entitlements.models import KeptChoice
from saas_app.plans.access import Access
from saas_app.plans.catalogue import Downgrade
from saas_app.plans.features import Feature


@dataclass(frozen=True, slots=True)
class Thing:
    """One member of a stock, by the name its people know it by."""

    id: int
    name: str


Lister: TypeAlias = Callable[[Session, int], Sequence[Thing]]
"""The workspace's things of one feature, the oldest first."""

# Rules under which some of a stock rests; under the others all of it stays as it is.
_RESTS = frozenset({Downgrade.FREEZE_NEWEST, Downgrade.SUSPEND_NEWEST})

_listers: dict[Feature, Lister] = {}


def listed_by(feature: Feature, lister: Lister) -> None:
    """The slice that keeps the things says what they are; called by the wiring."""
    _listers[feature] = lister


def things(session: Session, workspace_id: int, feature: Feature) -> Sequence[Thing]:
    lister = _listers.get(feature)
    return lister(session, workspace_id) if lister else ()


def chosen(session: Session, workspace_id: int, feature: Feature) -> frozenset[int]:
    mine = select(KeptChoice.thing).where(
        KeptChoice.workspace_id == workspace_id, KeptChoice.feature == feature
    )
    return frozenset(session.exec(mine))


def choose(
    session: Session, workspace_id: int, feature: Feature, ids: Collection[int], *, by: int
) -> None:
    """These stay awake where not all can. Raises NotFound for what is not this workspace's."""
    there = {thing.id for thing in things(session, workspace_id, feature)}
    if not set(ids) <= there:
        raise NotFound("That is not there any more. Nothing was changed; please look again.")
    session.exec(
        delete(KeptChoice).where(
            col(KeptChoice.workspace_id) == workspace_id, col(KeptChoice.feature) == feature
        )
    )
    for thing in sorted(ids):
        session.add(
            KeptChoice(
                workspace_id=workspace_id,
                feature=feature.value,
                thing=thing,
                chosen_by=by,
                chosen_at=clock.now(),
            )
        )
    live.publish(session, live.workspace_topic(workspace_id))


def toggle(
    session: Session, workspace_id: int, feature: Feature, thing: int, *, then: Access, by: int
) -> None:
    """Keep one more awake, or one less; never more than there will be room for. Raises Invalid."""
    order = [each.id for each in things(session, workspace_id, feature)]
    kept = set(order) - resting(then, feature, order, chosen(session, workspace_id, feature))
    limit = then.limits.get(feature)
    if thing in kept:
        kept.discard(thing)
    elif isinstance(limit, int) and len(kept) >= limit:
        raise Invalid(
            f"There is room for {limit}. Nothing was changed: let another one rest first."
        )
    else:
        kept.add(thing)
    choose(session, workspace_id, feature, kept, by=by)


def resting(
    access: Access, feature: Feature, order: Sequence[int], kept: Collection[int]
) -> frozenset[int]:
    """Which of these (the oldest first) rest under this access. Pure.

    Chosen ones stay first; where fewer were chosen than there is room for, choosing none of the
    others was a choice only if there was one at all: without any, the oldest stay.
    """
    limit = access.limits.get(feature)
    if access.catalogue.downgrade.get(feature) not in _RESTS or not isinstance(limit, int):
        return frozenset()
    if len(order) <= limit:
        return frozenset()
    first = [each for each in order if each in kept]
    rest = [] if first else list(order)
    return frozenset(order) - frozenset((first + rest)[:limit])
