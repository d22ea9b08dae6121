"""How many seats are taken. Who was asked and has not answered holds one: whoever is invited finds room."""

from datetime import datetime

from sqlalchemy import ColumnElement
from sqlmodel import Session, and_, col, func, select

from saas_app.core import clock
from saas_app.teams.models import Invitation
from saas_app.workspaces import memberships


def is_open() -> ColumnElement[bool]:
    """What makes an invitation one that can still be accepted."""
    return and_(
        col(Invitation.accepted_at).is_(None),
        col(Invitation.revoked_at).is_(None),
        col(Invitation.expires_at) > clock.wall(),
    )


def reserved(session: Session, workspace_id: int) -> int:
    """By open invitations."""
    waiting = select(func.count()).where(col(Invitation.workspace_id) == workspace_id, is_open())
    return session.exec(waiting).one()


def taken(session: Session, workspace_id: int, _now: datetime | None = None) -> int:
    """By members, with a seat or waiting for one, and by those who were asked."""
    return memberships.count(session, workspace_id) + reserved(session, workspace_id)
