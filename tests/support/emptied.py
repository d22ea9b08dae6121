"""A PostgreSQL database that tests have one after the other: emptied in between, which costs a tenth of making one."""

import uuid
from collections.abc import Callable
from typing import LiteralString

import psycopg
from psycopg import sql

# What a test may have built or altered beside filling tables: it shows in these.
_SHAPE: LiteralString = """
    select md5(string_agg(concat_ws('.', c.relnamespace, c.oid, a.attname, a.attnotnull), ',' order by c.oid, a.attnum))
    from pg_class c join pg_attribute a on a.attrelid = c.oid
    where c.relnamespace not in (select oid from pg_namespace where nspname ~ '^pg_|^information_schema$')
"""
_OTHERS: LiteralString = """
    select count(pg_terminate_backend(pid, 5000)) from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid()
"""
_TABLES: LiteralString = "select relname from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace order by oid"
_SEQUENCES: LiteralString = (
    "select relname from pg_class where relkind = 'S' and relnamespace = 'public'::regnamespace"
)


class Emptied:
    """`make` gives a new database with the schema under the name it is told; `drop` takes one away."""

    def __init__(
        self,
        address: Callable[[str], str],
        make: Callable[[str], None],
        drop: Callable[[str], None],
    ) -> None:
        self._address, self._make, self._drop = address, make, drop
        self._name = ""
        self._shape = ""

    def name(self) -> str:
        """A database with the schema and without a row."""
        if self._name and not self._as_new():
            self.close()
        if not self._name:
            self._name = f"tidemark_{uuid.uuid4().hex[:12]}"
            self._make(self._name)
            with self._connected() as there:
                self._shape = _shape(there)
        return self._name

    def close(self) -> None:
        if self._name:
            self._drop(self._name)
        self._name = ""

    def _connected(self) -> psycopg.Connection:
        return psycopg.connect(self._address(self._name), autocommit=True)

    def _as_new(self) -> bool:
        """Whether every row is gone. False where somebody changed the schema, or holds on to it."""
        try:
            with self._connected() as there:
                there.execute(_OTHERS)
                if _shape(there) != self._shape:
                    return False
                _empty(there)
        except psycopg.Error:
            return False
        return True


def _shape(there: psycopg.Connection) -> str:
    row = there.execute(_SHAPE).fetchone()
    return str(row and row[0])


def _empty(there: psycopg.Connection) -> None:
    tables = [row[0] for row in there.execute(_TABLES)]
    looks = [
        sql.SQL("select {} where exists (select from {})").format(
            sql.Literal(name), sql.Identifier(name)
        )
        for name in tables
    ]
    filled = [row[0] for row in there.execute(sql.SQL(" union all ").join(looks))]
    sequences = [row[0] for row in there.execute(_SEQUENCES)]
    with there.transaction():
        # Neither foreign keys nor the triggers that forbid deleting hold tests up.
        there.execute("set local session_replication_role = replica")
        for name in filled:
            there.execute(sql.SQL("delete from {}").format(sql.Identifier(name)))
        for name in sequences:
            there.execute(
                sql.SQL("select setval({}, 1, false)").format(sql.Literal(f'public."{name}"'))
            )
