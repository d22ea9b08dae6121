# pyright: reportAssignmentType=false
# SQLModel types __tablename__ as a descriptor; a string is its documented use.
"""Every catalogue that was ever in force, whole. Only ever added to."""

from datetime import datetime

from sqlalchemy import Text, UniqueConstraint
from sqlmodel import Field, SQLModel


class CatalogueVersion(SQLModel, table=True):
    """One applied catalogue; the newest of a name is in force.

    `file_digest` is what the file held then: a file that changed since means to be applied, one
    that did not means that staff went on from it.
    """

    __tablename__ = "catalogue_version"
    __table_args__ = (UniqueConstraint("catalogue", "number"),)

    id: int | None = Field(default=None, primary_key=True)
    catalogue: str
    number: int
    source: str = Field(sa_type=Text)
    file_digest: str
    note: str
    applied_at: datetime
    applied_by: int | None = Field(default=None, foreign_key="user.id")
