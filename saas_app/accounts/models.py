# pyright: reportAssignmentType=false
# SQLModel types __tablename__ as a descriptor; a string is its documented use.
"""People, their log-ins, their devices and their one-time links."""

from datetime import datetime

from sqlalchemy import false
from sqlmodel import Field, SQLModel

from saas_app.core import ids


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
    # Empty while no password was chosen: a person may come by a provider or a passkey alone.
    password_hash: str
    # When the present password was chosen by a mailed link; none once its owner changed it knowing
    # the one before. While it is set, a code by letter proves nothing that the password did not.
    password_mailed_at: datetime | None = None
    email_verified_at: datetime | None = None
    is_staff: bool = False
    created_at: datetime
    # Sessions and refresh tokens older than this are void: "log out everywhere".
    sessions_valid_from: datetime
    theme: str = "dark"
    density: str = "comfortable"
    bio: str = ""
    # Every date they read is by this clock; the browser's own until they chose one.
    time_zone: str = Field(default="UTC", sa_column_kwargs={"server_default": "UTC"})
    time_zone_chosen: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    # What the other members of one's workspaces see; the address is for owners and admins alone.
    shows_name: bool = True
    shows_picture: bool = True
    shows_presence: bool = True
    analytics_agreed_at: datetime | None = None
    # Erased: the row stays as a tombstone that holds nothing of the person.
    erased_at: datetime | None = None
    plan_type: str = "free"
    subscription_status: str = "none"
    trial_end_date: datetime | None = None


class LoginSession(SQLModel, table=True):
    """A signed-in browser. The cookie's plain text is never stored, only its digest."""

    __tablename__ = "login_session"

    digest: str = Field(primary_key=True)
    # What the list of sessions calls it by: the digest stays where nobody sees it.
    key: str = Field(default_factory=lambda: ids.new("ses"), unique=True, index=True)
    user_id: int = Field(foreign_key="user.id", index=True)
    workspace_id: int = Field(foreign_key="workspace.id")
    remembered: bool = False
    created_at: datetime
    last_seen_at: datetime
    expires_at: datetime = Field(index=True)
    # When the person last proved who they are; dangerous acts ask for a recent proof.
    authenticated_at: datetime
    # How they proved it, `entry.Method` values with commas.
    methods: str = "pwd"
    address: str = ""
    agent: str = ""
    device_digest: str | None = Field(default=None, index=True)


class KnownDevice(SQLModel, table=True):
    """A browser this person logged in with before, told by a cookie of its own.

    It has log-in attempts of its own, so that a stranger's guesses never delay the owner, and may
    stand for the second factor until `trusted_until`.
    """

    __tablename__ = "known_device"

    digest: str = Field(primary_key=True)
    user_id: int = Field(foreign_key="user.id", index=True)
    created_at: datetime
    last_seen_at: datetime
    trusted_until: datetime | None = None
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
    address: str = ""
    agent: str = ""


class EmailChange(SQLModel, table=True):
    """A new address on its way: it counts when both the old and the new mailbox have agreed."""

    __tablename__ = "email_change"

    id: int | None = Field(default=None, primary_key=True)
    user_id: int = Field(foreign_key="user.id", index=True)
    email: str
    email_key: str
    created_at: datetime
    expires_at: datetime = Field(index=True)
    old_agreed_at: datetime | None = None
    new_agreed_at: datetime | None = None
    done_at: datetime | None = None
    canceled_at: datetime | None = None


class ProfilePicture(SQLModel, table=True):
    """A square WebP, drawn anew by us from whatever was uploaded. `digest` is part of its address."""

    __tablename__ = "profile_picture"

    user_id: int = Field(primary_key=True, foreign_key="user.id")
    digest: str
    image: bytes
    updated_at: datetime
