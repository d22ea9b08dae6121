# pyright: reportAssignmentType=false
# SQLModel types __tablename__ as a descriptor; a string is its documented use.
"""People, their sessions and their one-time links."""

from datetime import datetime

from sqlmodel import Field, SQLModel


class User(SQLModel, table=True):
    """A person. The last three columns mirror the best access among their workspaces.

    Only `entitlements.sync` writes them; nothing decides by them.
    """

    __tablename__ = "user"

    id: int | None = Field(default=None, primary_key=True)
    email: str
    # Case-folded local part + IDNA domain: what makes two addresses the same person.
    email_key: str = Field(unique=True)
    name: str = ""
    password_hash: str
    email_verified_at: datetime | None = None
    is_staff: bool = False
    created_at: datetime
    # Sessions and refresh tokens older than this are void: "log out everywhere".
    sessions_valid_from: datetime
    theme: str = "dark"
    plan_type: str = "free"
    subscription_status: str = "none"
    trial_end_date: datetime | None = None


class LoginSession(SQLModel, table=True):
    """A signed-in browser. The cookie's plain text is never stored, only its digest."""

    __tablename__ = "login_session"

    digest: str = Field(primary_key=True)
    user_id: int = Field(foreign_key="user.id", index=True)
    workspace_id: int = Field(foreign_key="workspace.id")
    remembered: bool = False
    created_at: datetime
    last_seen_at: datetime
    expires_at: datetime = Field(index=True)
    authenticated_at: datetime
    address: str = ""
    agent: str = ""


class OneTimeToken(SQLModel, table=True):
    """A mailed link. It opens once, for one purpose, until it expires."""

    __tablename__ = "one_time_token"

    digest: str = Field(primary_key=True)
    purpose: str
    user_id: int = Field(foreign_key="user.id", index=True)
    created_at: datetime
    expires_at: datetime = Field(index=True)
    used_at: datetime | None = None


class RefreshToken(SQLModel, table=True):
    """One link of a refresh family. A second use of a link that was used ends the family."""

    __tablename__ = "refresh_token"

    digest: str = Field(primary_key=True)
    family: str = Field(index=True)
    user_id: int = Field(foreign_key="user.id", index=True)
    workspace_id: int = Field(foreign_key="workspace.id")
    created_at: datetime
    expires_at: datetime = Field(index=True)
    used_at: datetime | None = None
    revoked_at: datetime | None = None
