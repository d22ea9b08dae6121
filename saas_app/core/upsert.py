"""Adding a row that may be there already, however many try at once; one spelling for two dialects."""

from typing import Any, TypeAlias

from sqlalchemy import Integer, literal_column
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, SQLModel

Insert: TypeAlias = postgresql.Insert | sqlite.Insert


def added(session: Session, table: type[SQLModel], row: dict[str, Any]) -> bool:
    """Whether this call added it: False where one of its unique values was taken.

    Looking first and adding then would let two racers both find nothing, and the loser's whole
    transaction would fail for a row that is there as it should be.
    """
    adding = insert(session, table).values(row).on_conflict_do_nothing()
    # A returned row is the one proof that both drivers give; psycopg's rowcount is not.
    return (
        session.connection().execute(adding.returning(literal_column("1", Integer))).first()
        is not None
    )


def insert(session: Session, table: type[SQLModel]) -> Insert:
    """INSERT in this database's dialect, for what `added` does not say: many rows, or an update."""
    if session.get_bind().dialect.name == "postgresql":
        return postgresql.insert(table)
    return sqlite.insert(table)
