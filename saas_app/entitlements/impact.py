"""Whom a change of the catalogue concerns: who pays a price that moves, who would exceed a smaller limit."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, func, select

from saas_app.billing.catalogue.compare import Comparison, Cut, PriceMove
from saas_app.billing.models import Customer, Subscription
from saas_app.core.money import written
from saas_app.entitlements import access, usage
from saas_app.plans.access import Status
from saas_app.workspaces.models import Workspace

_PAYING = (Status.TRIALING, Status.ACTIVE, Status.PAST_DUE)
_MONTHS = {"month": 1, "year": 12}
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Exceeding:
    """How many workspaces use more of a feature than the smaller limit; nothing of theirs is deleted."""

    cut: Cut
    workspaces: tuple[int, ...]


def lines(session: Session, comparison: Comparison, now: datetime) -> Iterator[str]:
    """One sentence for each price that moves and each limit that shrinks."""
    for move in comparison.moves:
        yield _of_price(session, move)
    for cut in comparison.cuts:
        found = exceeding(session, cut, now)
        who = ", ".join(str(each) for each in found.workspaces[:10])
        yield (
            f"{cut.plan} (generation {cut.generation}), {cut.feature}: "
            + (
                f"{len(found.workspaces)} workspaces use more than that ({who}); they keep it and cannot add"
                if found.workspaces
                else "nobody uses more than that today"
            )
        )


def exceeding(session: Session, cut: Cut, now: datetime) -> Exceeding:
    """Counted only where the feature is kept in numbers; a set or a level shrinks for everybody."""
    limit = cut.after
    if not isinstance(limit, int) or isinstance(limit, bool):
        return Exceeding(cut, ())
    return Exceeding(
        cut,
        tuple(
            workspace_id
            for workspace_id in _having(session, cut, now)
            if (usage.counted(session, workspace_id, cut.feature, now) or 0) > limit
        ),
    )


def _having(session: Session, cut: Cut, now: datetime) -> Iterator[int]:
    """Workspaces on that plan and generation, without a contract that says otherwise."""
    ids = list(session.exec(select(Workspace.id).where(col(Workspace.deleted_at).is_(None))))
    for start in range(0, len(ids), _AT_ONCE):
        part = [each for each in ids[start : start + _AT_ONCE] if each is not None]
        for workspace_id, standing in access.of_all(session, part, now).items():
            if (standing.plan, standing.generation) == (cut.plan, cut.generation) and (
                standing.limits.get(cut.feature) == cut.before
            ):
                yield workspace_id


def _of_price(session: Session, move: PriceMove) -> str:
    # A price has one interval, but whoever bought it before an earlier move pays another amount.
    paying = (
        select(
            func.count(),
            func.coalesce(func.sum(col(Subscription.amount_cents) * Subscription.seats), 0),
            func.max(Subscription.interval),
        )
        .join(Customer, col(Customer.subscription_id) == col(Subscription.id))
        .where(
            Subscription.price == move.lookup_key,
            col(Subscription.status).in_([status.value for status in _PAYING]),
        )
    )
    people, cents, interval = session.exec(paying).one()
    kept = written(int(cents) // _MONTHS.get(interval or "", 1), move.before.currency)
    return (
        f"{move.lookup_key}: {people} customers go on paying what they pay ({kept} a month, unchanged); "
        f"a newcomer pays {written(move.after.cents, move.after.currency)} instead of {written(move.before.cents, move.before.currency)}"
    )
