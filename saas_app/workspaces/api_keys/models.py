# pyright: reportAssignmentType=false
# SQLModel types __tablename__ as a descriptor; a string is its documented use.
"""Keys of programs."""

from datetime import datetime

from sqlmodel import Field, SQLModel


class ApiKey(SQLModel, table=True):
    """A key that acts as its owner in one workspace, never beyond their role or its scopes.

    Only digests of its secrets are kept. While it is being rotated the one of before opens too,
    until `previous_until`.
    """

    __tablename__ = "api_key"

    id: int | None = Field(default=None, primary_key=True)
    # The public part: in the key itself, in lists and in logs.
    name_outside: str = Field(unique=True)
    workspace_id: int = Field(foreign_key="workspace.id", index=True)
    user_id: int = Field(foreign_key="user.id", index=True)
    name: str
    scopes: str  # `scopes.Scope` values with spaces, as OAuth writes them
    digest: str
    previous_digest: str = ""
    previous_until: datetime | None = None
    created_at: datetime
    expires_at: datetime | None = None
    last_used_at: datetime | None = None
    last_used_from: str = ""
    revoked_at: datetime | None = Field(default=None, index=True)
