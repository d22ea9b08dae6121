"""Looks at Stripe as if no webhook had ever come. Mends by the one `sync`; a second run finds nothing."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlmodel import Session, col, func, select

from saas_app.billing import gateway, lease, sync
from saas_app.billing.gateway import CustomerFacts
from saas_app.billing.models import Customer, StripeEvent
from saas_app.billing.reconciliation import picture
from saas_app.billing.reconciliation.models import ReconciliationRun, Scope
from saas_app.billing.reconciliation.picture import Difference
from saas_app.core import clock, logs
from saas_app.core.db import snapshot, transaction
from saas_app.core.errors import Unavailable
from saas_app.core.settings import settings
from saas_app.workspaces.models import Workspace

NIGHT = timedelta(days=1)
# Stripe lists events of the last thirty days; a day less, so that none falls out while we read.
_LISTED = timedelta(days=29)
# Two clocks and an event that was written down late: the next run begins a little earlier.
_OVERLAP = timedelta(hours=1)
_KEPT_LINES = 1000

_log = logs.get(__name__)


@dataclass(frozen=True, slots=True)
class Report:
    """`differences` are mended unless it was a look only; `failures` were left for the next run."""

    scope: Scope
    workspaces: int = 0
    missed_events: int = 0
    differences: tuple[Difference, ...] = ()
    failures: tuple[str, ...] = ()

    @property
    def lines(self) -> tuple[str, ...]:
        return tuple(str(each) for each in self.differences)


@dataclass(slots=True)
class _Findings:
    workspaces: int = 0
    differences: list[Difference] = field(default_factory=list[Difference])
    failures: list[str] = field(default_factory=list[str])


def due(session: Session, now: datetime) -> Scope | None:
    """What it is time for: everything, a night after that was last done or after the first customer came."""
    last = _seen_until(session, Scope.EVERYTHING)
    begun = last or session.exec(select(func.min(Customer.created_at))).first()
    if begun is None:
        return None
    return Scope.EVERYTHING if now - begun >= NIGHT else Scope.EVENTS if last else None


def everything(*, mend: bool = True) -> Report:
    """Every customer of ours and every one at Stripe that bears our mark.

    Raises Unavailable when Stripe cannot be asked at all; a single workspace in trouble is
    reported and left for the next run.
    """
    until = clock.now()
    found = _Findings()
    theirs = list(gateway.current().customers())
    found.differences += [d for facts in theirs if (d := _unlinked(facts, mend=mend))]
    with snapshot() as session:
        ours = session.exec(
            select(Customer.workspace_id)
            .where(col(Customer.stripe_id).is_not(None), Customer.livemode == settings().live)
            .order_by(col(Customer.workspace_id))
        ).all()
    _look(found, ours, mend=mend)
    return _finished(found, Scope.EVERYTHING, until, missed=0, mend=mend)


def recent(*, mend: bool = True) -> Report:
    """Whoever Stripe's events name that never reached us; everything, where that is too long ago."""
    until = clock.now()
    with snapshot() as session:
        last = _seen_until(session, Scope.EVENTS, Scope.EVERYTHING)
    if last is None or until - last > _LISTED:
        return everything(mend=mend)
    missed = 0
    concerned: set[str] = set()
    for event in gateway.current().happened(last - _OVERLAP):
        if event.customer and not _arrived(event.id):
            missed += 1
            concerned.add(event.customer)
    with snapshot() as session:
        owners = select(Customer.workspace_id).where(col(Customer.stripe_id).in_(concerned))
        ours = sorted(session.exec(owners))
    found = _Findings()
    _look(found, ours, mend=mend)
    return _finished(found, Scope.EVENTS, until, missed=missed, mend=mend)


def _look(found: _Findings, workspaces: Iterable[int], *, mend: bool) -> None:
    for workspace_id in workspaces:
        try:
            found.differences += _compared(workspace_id, mend=mend)
        except Unavailable as failure:
            found.failures.append(f"workspace {workspace_id}: {failure.message}")
        found.workspaces += 1


def _compared(workspace_id: int, *, mend: bool) -> tuple[Difference, ...]:
    """Before and after one sync; a look only undoes what the sync would have written."""
    with lease.held(workspace_id, wait=sync.WAIT_SECONDS) as held:
        with snapshot() as session:
            before = picture.taken(session, workspace_id)
        if not mend:
            after = sync.rehearsed(held, lambda session: picture.taken(session, workspace_id))
            return picture.differences(workspace_id, before, after)
        sync.under(held, every_invoice=True)
        with snapshot() as session:
            return picture.differences(workspace_id, before, picture.taken(session, workspace_id))


def _unlinked(facts: CustomerFacts, *, mend: bool) -> Difference | None:
    """A customer made for a workspace that does not know it: the process died in between.

    Linked where the workspace has none. Where it has another, a person must decide.
    """
    if facts.workspace_key is None or facts.livemode != settings().live:
        return None  # another product in the same account, or the other mode
    with transaction() as session:
        owner = select(Customer).join(Workspace, col(Workspace.id) == col(Customer.workspace_id))
        row = session.exec(owner.where(Workspace.key == facts.workspace_key)).first()
        # An erased payer left a row without an address: nobody is to be found again by it.
        if row is None or row.stripe_id == facts.id or not row.email:
            return None
        ours = row.stripe_id
        if ours is None and mend:
            row.stripe_id, row.livemode = facts.id, facts.livemode
            session.add(row)
        return Difference(row.workspace_id, "customer", "id", ours or "nothing", facts.id)


def _arrived(event_id: str) -> bool:
    with snapshot() as session:
        return session.get(StripeEvent, event_id) is not None


def _seen_until(session: Session, *scopes: Scope) -> datetime | None:
    latest = select(func.max(ReconciliationRun.seen_until_at))
    return session.exec(latest.where(col(ReconciliationRun.scope).in_(scopes))).first()


def _finished(
    found: _Findings, scope: Scope, until: datetime, *, missed: int, mend: bool
) -> Report:
    report = Report(
        scope, found.workspaces, missed, tuple(found.differences), tuple(found.failures)
    )
    _log.info(
        "billing.reconciled",
        scope=scope.value,
        workspaces=report.workspaces,
        missed=missed,
        differences=len(report.differences),
        failures=len(report.failures),
        mended=mend,
    )
    # Whoever could not be looked at must be met again, so the next run begins where this one did.
    if mend and not report.failures:
        with transaction() as session:
            session.add(
                ReconciliationRun(
                    scope=scope,
                    seen_until_at=until,
                    finished_at=clock.wall(),
                    workspaces=report.workspaces,
                    missed_events=missed,
                    differences=list(report.lines[:_KEPT_LINES]),
                    failures=[],
                )
            )
    return report
