"""Alembic on our own settings and schema: needs neither Reflex nor a running product."""

from alembic import context
from sqlalchemy import Connection, pool
from sqlmodel import create_engine

from saas_app.core.settings import settings
from saas_app.tables import schema


def migrate(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=schema(),
        include_name=_ours,
        render_as_batch=connection.dialect.name == "sqlite",
        transaction_per_migration=True,
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()


def _ours(name: str | None, kind: str, _parents: object) -> bool:
    """DBOS keeps its own tables in the same file and migrates them itself."""
    return kind != "table" or name in schema().tables


given = context.config.attributes.get("connection")
if given is not None:
    migrate(given)
else:
    with create_engine(settings().database, poolclass=pool.NullPool).connect() as fresh:
        migrate(fresh)
        fresh.commit()
