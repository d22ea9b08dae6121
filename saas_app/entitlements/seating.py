"""Who has a seat in a workspace: its owner, whom the payer chose to keep, then the oldest.

Where the plan has fewer seats than people, the newest wait: nothing of theirs is touched, and they
are back by themselves the moment there is room. Stored with the membership, because every guard
reads it; brought up to date after each change of the plan or of the members, and looked over again
every few minutes.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, func, select

from saas_app.accounts import people
from saas_app.accounts.models import User
from saas_app.accounts.people import addressee
from saas_app.audit import trail
from saas_app.core import clock, ids, tasks
from saas_app.core.db import snapshot, transaction
from saas_app.core.settings import settings
from saas_app.entitlements import access, columns, keeping
from saas_app.entitlements.keeping import Thing
from saas_app.notifications.dispatch import notify
from saas_app.plans.access import Access
from saas_app.plans.features import Feature
from saas_app.workspaces import memberships, way_out
from saas_app.workspaces.models import Membership, Workspace
from saas_app.workspaces.roles import Role

_TASK = "entitlements.seating"
_TOLD = {True: "team.suspended", False: "team.restored"}


def things(session: Session, workspace_id: int) -> list[Thing]:
    """The members by their names, the owner first, then the oldest."""
    rows = _members(session, workspace_id)
    found = [(row, people.by_id(session, row.user_id)) for row in rows]
    return [Thing(row.user_id, user.name or user.email) for row, user in found]


def members_changed(session: Session, workspace_id: int, *who: int) -> None:
    """Somebody joined or left, in this very transaction: their columns and the others' seats follow it."""
    payload = {"workspace_id": workspace_id, "people": list(who)}
    tasks.enqueue(session, _TASK, ids.new("seating"), payload)


def plan_changed(session: Session, workspace_id: int, now: datetime) -> list[User]:
    """Bring everybody's columns up to date; the people whose columns changed.

    Where the plan has another number of seats now, people are seated anew once this is written.
    """
    rows = _members(session, workspace_id)
    changed = columns.refresh(session, [row.user_id for row in rows], now)
    if len(rows) > 1 and _differing(
        session, workspace_id, rows, access.of(session, workspace_id, now)
    ):
        members_changed(session, workspace_id)
    return changed


@tasks.task(_TASK)
def _later(payload: tasks.Payload) -> None:
    follow(payload["workspace_id"], payload["people"])


def follow(workspace_id: int, also: Sequence[int] = ()) -> int:
    """Seat the members as the plan of now says; how many lost or got a seat.

    Their columns in a transaction of its own: it locks people of several workspaces, and must not
    hold one of those meanwhile.
    """
    now = clock.now()
    with transaction() as session:
        workspace = memberships.locked(session, workspace_id)
        rows = _members(session, workspace_id)
        standing = access.of(session, workspace_id, now)
        moved = _differing(session, workspace_id, rows, standing)
        for row in moved:
            _turn(session, workspace, row, now)
    with transaction() as session:
        columns.refresh(session, {*also, *(row.user_id for row in moved)}, now)
    return len(moved)


def follow_all() -> int:
    """What was missed: a contract that ended by its date, a task that was lost."""
    now = clock.now()
    shared = (
        select(Membership.workspace_id)
        .join(Workspace, col(Workspace.id) == col(Membership.workspace_id))
        .where(col(Workspace.deleted_at).is_(None))
        .group_by(col(Membership.workspace_id))
        .having(func.count() > 1)
    )
    with snapshot() as session:
        granted = access.of_all(session, session.exec(shared).all(), now)
        due = [
            workspace_id
            for workspace_id, standing in granted.items()
            if _differing(session, workspace_id, _members(session, workspace_id), standing)
        ]
    return sum(follow(workspace_id) for workspace_id in due)


def _members(session: Session, workspace_id: int) -> list[Membership]:
    rows = select(Membership).where(Membership.workspace_id == workspace_id)
    oldest = rows.order_by(
        (col(Membership.role) == Role.OWNER).desc(),
        col(Membership.created_at),
        col(Membership.user_id),
    )
    return list(session.exec(oldest))


def _differing(
    session: Session, workspace_id: int, rows: Sequence[Membership], standing: Access
) -> list[Membership]:
    """Those who have a seat and should not, or the other way round."""
    kept = keeping.chosen(session, workspace_id, Feature.SEATS)
    # Whatever was chosen, a workspace never loses its owner.
    kept |= {row.user_id for row in rows if kept and row.role == Role.OWNER}
    waiting = keeping.resting(standing, Feature.SEATS, [row.user_id for row in rows], kept)
    return [row for row in rows if (row.user_id in waiting) != (row.suspended_at is not None)]


def _turn(session: Session, workspace: Workspace, row: Membership, now: datetime) -> None:
    suspended = row.suspended_at is None
    row.suspended_at = now if suspended else None
    session.add(row)
    kind = _TOLD[suspended]
    trail.record(session, kind, workspace_id=row.workspace_id, member=row.user_id)
    if suspended:
        way_out.show(session, row.workspace_id, row.user_id)
    notify(
        session,
        addressee(people.by_id(session, row.user_id)),
        key=f"{kind}:{row.workspace_id}:{now.isoformat()}",
        kind=kind,
        workspace_id=row.workspace_id,
        link=f"{settings().origin}/settings/team",
        by_mail=True,
        workspace=workspace.name,
    )
