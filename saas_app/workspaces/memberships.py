"""Who belongs to which workspace, and what a person may do there. Without a seat one may do nothing."""

from dataclasses import dataclass

from sqlalchemy import and_
from sqlmodel import Session, col, func, select, update

from saas_app.accounts.models import User
from saas_app.accounts.time_zone import USUAL
from saas_app.core import clock, ids
from saas_app.core.errors import NotAllowed, NotFound
from saas_app.workspaces.models import Membership, Workspace
from saas_app.workspaces.roles import Permission, Role, may


def create_personal(session: Session, user_id: int, name: str) -> Workspace:
    """Everybody has a workspace of their own from the first minute; they own it."""
    at = clock.now()
    workspace = Workspace(key=ids.new("ws"), name=name, personal=True, created_at=at)
    session.add(workspace)
    session.flush()
    session.add(
        Membership(workspace_id=ident(workspace), user_id=user_id, role=Role.OWNER, created_at=at)
    )
    return workspace


def begin_days_with(session: Session, user_id: int, zone: str) -> None:
    """A person's own workspace counts its days by their clock, as soon as that is known.

    Taken once: a day that can be moved is a quota that can be used twice.
    """
    owned = select(Membership.workspace_id).where(
        Membership.user_id == user_id, Membership.role == Role.OWNER
    )
    theirs = update(Workspace).where(
        col(Workspace.id).in_(owned),
        col(Workspace.personal).is_(True),
        col(Workspace.time_zone) == USUAL,
    )
    session.exec(theirs.values(time_zone=zone))


def role_of(
    session: Session, workspace_id: int, user_id: int, *, anew: bool = False
) -> Role | None:
    """None for whoever does not belong to it, or has no seat in it just now.

    `anew` under the lock: what this session read before it may be over.
    """
    row = session.get(Membership, (workspace_id, user_id), populate_existing=anew)
    return Role(row.role) if row and row.suspended_at is None else None


def require(session: Session, workspace_id: int, user_id: int, permission: Permission) -> Workspace:
    """The workspace, if this person may do this in it.

    Raises NotFound for a workspace that is not theirs or not there, NotAllowed for a role too low.
    """
    workspace = session.get(Workspace, workspace_id)
    role = role_of(session, workspace_id, user_id)
    if workspace is None or workspace.deleted_at is not None or role is None:
        raise NotFound("That workspace is not there.")
    if not may(role, permission):
        raise NotAllowed(
            f"Your role here is {role.value}, which does not cover this. Nothing was changed; an owner or admin can do it."
        )
    return workspace


def personal_of(session: Session, user_id: int) -> Workspace:
    """The workspace a person lands in: their own, before any they were asked into. Raises NotFound."""
    own = and_(col(Workspace.personal), col(Membership.role) == Role.OWNER)
    mine = (
        select(Workspace)
        .join(Membership, col(Membership.workspace_id) == col(Workspace.id))
        .where(
            Membership.user_id == user_id,
            col(Membership.suspended_at).is_(None),
            col(Workspace.deleted_at).is_(None),
        )
        .order_by(own.desc(), col(Workspace.personal).desc(), col(Workspace.id))
    )
    workspace = session.exec(mine).first()
    if workspace is None:
        raise NotFound("You do not belong to any workspace.")
    return workspace


def by_id(session: Session, workspace_id: int) -> Workspace:
    """Raises NotFound."""
    workspace = session.get(Workspace, workspace_id)
    if workspace is None or workspace.deleted_at is not None:
        raise NotFound("That workspace is not there.")
    return workspace


def by_key(session: Session, key: str) -> Workspace:
    """As `by_id`, by the name it has outside. Raises NotFound."""
    row = session.exec(select(Workspace).where(Workspace.key == key)).first()
    if row is None or row.deleted_at is not None:
        raise NotFound("That workspace is not there.")
    return row


@dataclass(frozen=True, slots=True)
class Place:
    """One workspace of a person, as their switch shows it."""

    workspace: Workspace
    role: Role
    suspended: bool


def places_of(session: Session, user_id: int) -> list[Place]:
    """Every workspace this person belongs to, their own first."""
    mine = (
        select(Workspace, Membership)
        .join(Membership, col(Membership.workspace_id) == col(Workspace.id))
        .where(Membership.user_id == user_id, col(Workspace.deleted_at).is_(None))
        .order_by(
            and_(col(Workspace.personal), col(Membership.role) == Role.OWNER).desc(),
            col(Workspace.id),
        )
    )
    return [
        Place(workspace, Role(row.role), row.suspended_at is not None)
        for workspace, row in session.exec(mine)
    ]


def locked(session: Session, workspace_id: int) -> Workspace:
    """The workspace, to be let go with the transaction: who belongs to it is decided one at a time.

    PostgreSQL locks the row; SQLite's transaction is the only writer anyway. Raises NotFound.
    """
    row = (
        select(Workspace)
        .where(col(Workspace.id) == workspace_id, col(Workspace.deleted_at).is_(None))
        .with_for_update(key_share=True)
    )
    workspace = session.exec(row).first()
    if workspace is None:
        raise NotFound("That workspace is not there. Nothing was changed.")
    return workspace


def count(session: Session, workspace_id: int) -> int:
    """How many people belong to it, with a seat or waiting for one."""
    theirs = select(func.count()).where(col(Membership.workspace_id) == workspace_id)
    return session.exec(theirs).one()


def able(session: Session, workspace_id: int, permission: Permission) -> list[User]:
    """Who in this workspace may do this, in the order they came; nobody where it was deleted."""
    roles = [role.value for role in Role if may(role, permission)]
    people = (
        select(User)
        .join(Membership, col(Membership.user_id) == col(User.id))
        .join(Workspace, col(Workspace.id) == col(Membership.workspace_id))
        .where(
            Membership.workspace_id == workspace_id,
            col(Membership.role).in_(roles),
            col(Membership.suspended_at).is_(None),
            col(Workspace.deleted_at).is_(None),
        )
        .order_by(col(User.id))
    )
    return list(session.exec(people))


def any_of(session: Session, user_id: int) -> bool:
    """Whether this person belongs to any workspace at all."""
    mine = select(Membership).where(Membership.user_id == user_id).limit(1)
    return session.exec(mine).first() is not None


def share_one(session: Session, one: int, other: int) -> bool:
    """Whether two people belong to the same workspace; whoever lost their seat sees nobody in it."""
    theirs = select(Membership.workspace_id).where(Membership.user_id == other)
    both = select(Membership).where(
        Membership.user_id == one,
        col(Membership.workspace_id).in_(theirs),
        col(Membership.suspended_at).is_(None),
    )
    return session.exec(both.limit(1)).first() is not None


def ident(workspace: Workspace) -> int:
    """The id of a stored workspace; see `accounts.people.ident`."""
    if workspace.id is None:
        raise ValueError("this workspace was never stored")
    return workspace.id
