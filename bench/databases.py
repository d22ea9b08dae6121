"""A database of each kind with nothing in it, gone again afterwards."""

import os
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql

from saas_app.core import db
from saas_app.core.settings import Settings, prepared, use
from saas_app.tables import schema


@contextmanager
def sqlite() -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        try:
            yield f"sqlite:///{Path(folder) / 'bench.db'}"
        finally:
            db.dispose()


@contextmanager
def postgresql() -> Iterator[str]:
    server = os.environ["TEST_DATABASE_URL"]
    name = f"tidemark_bench_{uuid.uuid4().hex[:8]}"
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
        try:
            yield f"{server.rsplit('/', 1)[0]}/{name}"
        finally:
            db.dispose()
            admin.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


KINDS = {"SQLite": sqlite, "PostgreSQL": postgresql}


def offered() -> Iterator[str]:
    """PostgreSQL only where there is a server of it."""
    for kind in KINDS:
        if kind == "SQLite" or os.environ.get("TEST_DATABASE_URL"):
            yield kind


def entered(url: str, folder: Path, **more: object) -> None:
    """This process works on that database from now on."""
    given = {"_env_file": None, "data_dir": folder, "database_url": url, **more}
    use(prepared(Settings(**given)))  # pyright: ignore[reportArgumentType] — names checked by pydantic
    db.dispose()


def laid_out(url: str, folder: Path, **more: object) -> None:
    """As `entered`, with our tables in it."""
    entered(url, folder, **more)
    schema().create_all(db.engine())
