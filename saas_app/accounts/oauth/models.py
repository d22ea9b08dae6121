# pyright: reportAssignmentType=false
# SQLModel types __tablename__ as a descriptor; a string is its documented use.
"""Accounts at other providers, and browsers on their way there and back."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel


class Identity(SQLModel, table=True):
    """An account at Google, Microsoft or GitHub that opens ours.

    Keyed by what the provider never gives to another person: `tenant` is the issuer or, at
    Microsoft, the tenant's id; `subject` is sub, oid or GitHub's numeric id. Never the address.
    """

    __tablename__ = "identity"
    __table_args__ = (UniqueConstraint("provider", "tenant", "subject"),)

    id: int | None = Field(default=None, primary_key=True)
    user_id: int = Field(foreign_key="user.id", index=True)
    provider: str
    tenant: str
    subject: str
    email: str = ""
    created_at: datetime
    last_used_at: datetime | None = None


class ProviderVisit(SQLModel, table=True):
    """A browser on its way to a provider and back: state, nonce and verifier, kept on our side.

    `digest` is of the state in the address; the browser's cookie is sealed with the rest and must
    fit too. Also keeps what a provider proved while its person has something left to do; then
    `digest` is of a cookie's or a mailed link's text. Used once.
    """

    __tablename__ = "provider_visit"

    digest: str = Field(primary_key=True)
    provider: str
    purpose: str
    user_id: int | None = Field(default=None, foreign_key="user.id")
    sealed: str
    created_at: datetime
    expires_at: datetime = Field(index=True)
    used_at: datetime | None = None
