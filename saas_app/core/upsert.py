"""Adding a row that may be there already, however many try at once; one spelling for two dialects."""

from typing import Any

from sqlalchemy import Integer, literal_column
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, SQLModel


def added(session: Session, table: type[SQLModel], row: dict[str, Any]) -> bool:
    """Whether this call added it: False where one of its unique values was taken.

    Looking first and adding then would let two racers both find nothing, and the loser's whole
    transaction would fail for a row that is there as it should be.
    """
    dialects = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}
    insert = dialects[session.get_bind().dialect.name]
    adding = insert(table).values(row).on_conflict_do_nothing()
    # A returned row is the one proof that both drivers give; psycopg's rowcount is not.
    return (
        session.connection().execute(adding.returning(literal_column("1", Integer))).first()
        is not None
    )
