"""Sessions and transactions on SQLite or PostgreSQL. The edges open them; the middle never commits."""

import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import ConnectionPoolEntry
from sqlmodel import Session, SQLModel

from saas_app.core.settings import settings

# Alembic and the tests need constraint names that both databases agree on.
SQLModel.metadata.naming_convention = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

_PRAGMAS = (
    "journal_mode=WAL",
    # Less would keep the file whole, too, but lose the last commits to a power cut: events that
    # Stripe was told are safe, among them.
    "synchronous=FULL",
    "busy_timeout=5000",
    "foreign_keys=ON",
    "temp_store=MEMORY",
    "trusted_schema=OFF",
)
_AFTER_COMMIT = "after_commit"

_engine: Engine | None = None
_making = threading.Lock()
# SQLite has one writer at a time anyway; its own busy handler is unfair (a writer can wait
# for seconds), a lock is not.
_writer = threading.Lock()
_inside = threading.local()


class NestedTransaction(RuntimeError):
    """An edge opened a transaction inside another one: pass the session down instead."""


def engine() -> Engine:
    """The process's one engine, made on first use: workers fork after import."""
    global _engine  # noqa: PLW0603 — one pool per process
    with _making:
        if _engine is None:
            _engine = made(settings().database)
    return _engine


def made(url: str) -> Engine:
    # A failed statement is logged: its parameters are password hashes, letters with links, addresses.
    if not url.startswith("sqlite"):
        return create_engine(
            url, pool_size=10, max_overflow=10, pool_pre_ping=True, hide_parameters=True
        )
    fresh = create_engine(url, connect_args={"check_same_thread": False}, hide_parameters=True)
    event.listen(fresh, "connect", _prepare_sqlite)
    event.listen(fresh, "begin", _begin_sqlite)
    return fresh


def dispose() -> None:
    """Close every connection and forget the engine; the next use makes a new one."""
    global _engine  # noqa: PLW0603 — see engine()
    with _making:
        if _engine is not None:
            _engine.dispose()
        _engine = None


@contextmanager
def transaction() -> Generator[Session]:
    """One unit of work: committed when the block ends, undone when it raises.

    Raises NestedTransaction when this thread is already in one.
    """
    with _alone(), _turn(), Session(engine(), expire_on_commit=False) as session:
        yield session
        session.commit()
    for effect in session.info.pop(_AFTER_COMMIT, []):
        effect()


@contextmanager
def snapshot() -> Generator[Session]:
    """Reading only: takes no writer's turn, and nothing in it is ever committed."""
    with Session(
        engine().execution_options(read_only=True), expire_on_commit=False, autoflush=False
    ) as session:
        yield session


@contextmanager
def rehearsal() -> Generator[Session]:
    """Like `transaction`, and undone at the end: to see what would be written."""
    with _alone(), _turn(), Session(engine(), expire_on_commit=False) as session:
        yield session
        session.rollback()


def after_commit(session: Session, effect: Callable[[], None]) -> None:
    """Run `effect` once the surrounding transaction is safe on disk; never if it is undone."""
    session.info.setdefault(_AFTER_COMMIT, []).append(effect)


@contextmanager
def _alone() -> Generator[None]:
    if getattr(_inside, "transaction", False):
        raise NestedTransaction("pass the session down instead of opening a second transaction")
    _inside.transaction = True
    try:
        yield
    finally:
        _inside.transaction = False


@contextmanager
def _turn() -> Generator[None]:
    if engine().dialect.name != "sqlite":
        yield
        return
    with _writer:
        yield


def _prepare_sqlite(connection: Any, _record: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # SQLAlchemy's begin event speaks BEGIN, not the driver
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    # A deferred transaction that turns from reader to writer fails at once with
    # SQLITE_BUSY_SNAPSHOT, whatever the timeout: writers say so at the start.
    reading = connection.get_execution_options().get("read_only", False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")
