# pyright: reportAssignmentType=false
# SQLModel types __tablename__ as a descriptor; a string is its documented use.
"""Passkeys, the handles authenticators know people by, and questions put to them."""

from datetime import datetime

from sqlalchemy import JSON, Column
from sqlmodel import Field, SQLModel


class Passkey(SQLModel, table=True):
    """A WebAuthn credential. `credential_id` and `public_key` are base64url without padding."""

    __tablename__ = "passkey"

    id: int | None = Field(default=None, primary_key=True)
    user_id: int = Field(foreign_key="user.id", index=True)
    credential_id: str = Field(unique=True)
    public_key: str
    sign_count: int = 0
    name: str
    transports: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    synced: bool = False
    created_at: datetime
    last_used_at: datetime | None = None


class PasskeyOwner(SQLModel, table=True):
    """The random handle that authenticators know a person by: never their address or id."""

    __tablename__ = "passkey_owner"

    user_id: int = Field(primary_key=True, foreign_key="user.id")
    handle: str = Field(unique=True)


class PasskeyChallenge(SQLModel, table=True):
    """A question put to an authenticator; answered once, by the browser that was asked."""

    __tablename__ = "passkey_challenge"

    digest: str = Field(primary_key=True)
    purpose: str
    user_id: int | None = Field(default=None, foreign_key="user.id", index=True)
    created_at: datetime
    expires_at: datetime = Field(index=True)
    used_at: datetime | None = None
