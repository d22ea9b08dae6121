# pyright: reportAssignmentType=false
# SQLModel types __tablename__ as a descriptor; a string is its documented use.
"""Invitations into a workspace."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from saas_app.core import ids


class Invitation(SQLModel, table=True):
    """One person asked into one workspace, by their address.

    Open until it is accepted, revoked or expired. `key` is the name it has outside; the token of
    the newest letter is kept as its digest only. It begins, ends and expires by the wall clock.
    """

    __tablename__ = "invitation"

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(default_factory=lambda: ids.new("inv"), unique=True)
    workspace_id: int = Field(foreign_key="workspace.id", index=True)
    email: str
    # As in `User`: what makes two addresses the same person.
    email_key: str = Field(index=True)
    role: str
    token_digest: str = Field(unique=True)
    invited_by: int = Field(foreign_key="user.id")
    created_at: datetime
    sent_at: datetime
    expires_at: datetime
    accepted_at: datetime | None = None
    accepted_by: int | None = Field(default=None, foreign_key="user.id")
    revoked_at: datetime | None = None
