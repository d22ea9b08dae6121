# pyright: reportAssignmentType=false
# SQLModel types __tablename__ as a descriptor; a string is its documented use.
"""The audit chain and, beside it, the personal data that may be erased without breaking it."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column
from sqlmodel import Field, SQLModel


class AuditLog(SQLModel, table=True):
    """One fact. `digest` covers the row and its predecessor's digest; rows are never changed."""

    __tablename__ = "audit_log"

    id: int | None = Field(default=None, primary_key=True)
    created_at: datetime
    event: str = Field(index=True)
    actor_id: int | None = Field(default=None, index=True)
    workspace_id: int | None = Field(default=None, index=True)
    data: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    personal_digest: str
    previous_digest: str
    digest: str = Field(unique=True)


class AuditPersonal(SQLModel, table=True):
    """Address and agent of one audited fact: erased on request, while the chain stays provable."""

    __tablename__ = "audit_personal"

    audit_id: int = Field(primary_key=True, foreign_key="audit_log.id")
    salt: str
    address: str
    agent: str
