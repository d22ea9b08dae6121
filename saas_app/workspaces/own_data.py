"""What workspaces hold of a person: where they belong, and the workspaces that are theirs alone."""

from collections.abc import Sequence

from sqlmodel import Session, col, func, select

from saas_app.accounts.own_data import held
from saas_app.accounts.own_data.held import Held, Slice
from saas_app.core import clock
from saas_app.core.texts import text
from saas_app.workspaces.api_keys.models import ApiKey
from saas_app.workspaces.models import AnsweredCall, Membership, Workspace
from saas_app.workspaces.roles import Role


def alone_in(session: Session, user_id: int) -> Sequence[int]:
    """The workspaces nobody else belongs to: what is in them is this person's."""
    counted = (
        select(Membership.workspace_id)
        .group_by(col(Membership.workspace_id))
        .having(func.count() == 1)
    )
    mine = select(Membership.workspace_id).where(
        Membership.user_id == user_id, col(Membership.workspace_id).in_(counted)
    )
    return session.exec(mine).all()


_TABLES = (
    Held(Workspace, owner="id", whose=alone_in, stays="own_data.stays.workspace"),
    Held(Membership),
    Held(AnsweredCall, exported=False),
    Held(ApiKey, hidden=frozenset({"digest", "previous_digest"})),
)


def install() -> None:
    held.register("workspaces", Slice(_TABLES, hinders=_owns_a_team, erase=_close))


def _owns_a_team(session: Session, user_id: int) -> str:
    owned = (
        select(Workspace)
        .join(Membership, col(Membership.workspace_id) == col(Workspace.id))
        .where(
            Membership.user_id == user_id,
            Membership.role == Role.OWNER,
            col(Workspace.id).not_in(alone_in(session, user_id)),
            col(Workspace.deleted_at).is_(None),
        )
    )
    team = session.exec(owned).first()
    return text("own_data.owns_a_team", name=team.name) if team else ""


def _close(session: Session, user_id: int) -> None:
    for workspace_id in alone_in(session, user_id):
        workspace = session.get_one(Workspace, workspace_id)
        workspace.name, workspace.deleted_at = "", clock.now()
        session.add(workspace)
