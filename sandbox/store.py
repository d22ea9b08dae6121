"""Everything the sandbox remembers, as JSON documents and a few tables in one SQLite file.

It knows nothing about Stripe: kinds, ids and fields are only text to it.
"""

import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

Body: TypeAlias = dict[str, Any]

_SCHEMA = """
CREATE TABLE IF NOT EXISTS objects (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL,
    created INTEGER NOT NULL, body TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS objects_by_kind ON objects (kind, seq);
CREATE TABLE IF NOT EXISTS timers (
    object_id TEXT NOT NULL, action TEXT NOT NULL, at INTEGER NOT NULL, rank INTEGER NOT NULL,
    clock TEXT NOT NULL DEFAULT '', PRIMARY KEY (object_id, action));
CREATE INDEX IF NOT EXISTS timers_by_time ON timers (at, rank);
CREATE TABLE IF NOT EXISTS deliveries (
    id INTEGER PRIMARY KEY AUTOINCREMENT, event TEXT NOT NULL, type TEXT NOT NULL,
    endpoint TEXT NOT NULL, url TEXT NOT NULL, status TEXT NOT NULL, fault TEXT,
    attempts TEXT NOT NULL DEFAULT '[]', next_at REAL NOT NULL, created REAL NOT NULL);
CREATE INDEX IF NOT EXISTS deliveries_due ON deliveries (status, next_at);
CREATE INDEX IF NOT EXISTS deliveries_by_event ON deliveries (event);
CREATE TABLE IF NOT EXISTS answers (
    key TEXT PRIMARY KEY, digest TEXT NOT NULL, status INTEGER NOT NULL, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS messages (
    id INTEGER PRIMARY KEY AUTOINCREMENT, channel TEXT NOT NULL, recipient TEXT NOT NULL,
    received REAL NOT NULL, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS notes (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""

ABSENT = object()  # asks `select` for objects without a value in a field

_TABLES = ("objects", "timers", "deliveries", "answers", "messages")


class Timer(NamedTuple):
    """Something that falls due: which object, what to do, when."""

    object_id: str
    action: str
    at: int


class Store:
    """One connection, used from one thread; every change sits in the caller's transaction."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.db = sqlite3.connect(path, isolation_level=None)
        self.db.row_factory = sqlite3.Row
        self.db.execute("PRAGMA journal_mode=WAL")
        self.db.execute("PRAGMA synchronous=NORMAL")
        self.db.executescript(_SCHEMA)
        self._catch_up()
        self._depth = 0

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing; inside another transaction it simply belongs to it."""
        if self._depth:
            yield
            return
        self.db.execute("BEGIN IMMEDIATE")
        self._depth = 1
        try:
            yield
        except BaseException:
            self.db.execute("ROLLBACK")
            raise
        else:
            self.db.execute("COMMIT")
        finally:
            self._depth = 0

    @contextmanager
    def undoable(self, keeps: Callable[[BaseException], bool] | None = None) -> Iterator[None]:
        """Inside a transaction, a part that can fail without taking the rest with it.

        What was done before an exception that `keeps` approves of stays done.
        """
        with self.transaction():
            self.db.execute("SAVEPOINT part")
            try:
                yield
            except BaseException as problem:
                if keeps is None or not keeps(problem):
                    self.db.execute("ROLLBACK TO part")
                raise
            finally:
                self.db.execute("RELEASE part")

    def _catch_up(self) -> None:
        """A file written before test clocks existed has timers of one clock only."""
        columns = {row["name"] for row in self.db.execute("PRAGMA table_info(timers)")}
        if "clock" not in columns:
            self.db.execute("ALTER TABLE timers ADD COLUMN clock TEXT NOT NULL DEFAULT ''")

    def close(self) -> None:
        """Close the file; the store is of no use afterwards."""
        self.db.close()

    # Objects

    def get(self, object_id: str) -> Body | None:
        """A copy of the object; change it and `put` it back."""
        row = self.db.execute("SELECT body FROM objects WHERE id = ?", (object_id,)).fetchone()
        return json.loads(row["body"]) if row else None

    def put(self, body: Body) -> None:
        """Insert or replace by id; the place in the list stays the first one."""
        self.db.execute(
            "INSERT INTO objects (id, kind, created, body) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (id) DO UPDATE SET body = excluded.body, kind = excluded.kind",
            (body["id"], body["object"], body.get("created", 0), json.dumps(body)),
        )

    def remove(self, object_id: str) -> None:
        """Forget the object entirely."""
        self.db.execute("DELETE FROM objects WHERE id = ?", (object_id,))

    def select(
        self,
        kind: str,
        where: Mapping[str, Any] | None = None,
        *,
        created: Mapping[str, int] | None = None,
        after: str | None = None,
        before: str | None = None,
        limit: int = -1,
    ) -> list[Body]:
        """Objects of a kind, newest first.

        `where` compares fields by dotted path; a tuple means any of its values.
        `after` and `before` are ids: strictly older than, strictly newer than.
        """
        conditions: list[str] = ["kind = ?"]
        values: list[Any] = [kind]
        for path, wanted in (where or {}).items():
            if wanted is ABSENT:
                conditions.append(f"json_extract(body, '$.{path}') IS NULL")
                continue
            options = wanted if isinstance(wanted, tuple) else (wanted,)
            marks = ", ".join("?" * len(options))
            conditions.append(f"json_extract(body, '$.{path}') IN ({marks})")
            values.extend(options)
        for sign, bound in (created or {}).items():
            conditions.append(f"created {_SIGNS[sign]} ?")
            values.append(bound)
        for sign, object_id in (("<", after), (">", before)):
            if object_id is not None:
                conditions.append(f"seq {sign} (SELECT seq FROM objects WHERE id = ?)")  # noqa: S608 - the sign is one of two
                values.append(object_id)
        direction = "ASC" if before is not None else "DESC"
        query = (
            f"SELECT body FROM objects WHERE {' AND '.join(conditions)} ORDER BY seq {direction}"  # noqa: S608 - fixed words and marks only; every value is bound
        )
        rows = self.db.execute(f"{query} LIMIT ?", (*values, limit)).fetchall()
        found = [json.loads(row["body"]) for row in rows]
        return found[::-1] if before is not None else found

    def count(self, kind: str) -> int:
        """How many objects of a kind there are."""
        row = self.db.execute("SELECT count(*) FROM objects WHERE kind = ?", (kind,)).fetchone()
        return int(row[0])

    # Timers

    def set_timer(self, object_id: str, action: str, at: int, rank: int, clock: str = "") -> None:
        """Have `action` fall due on the object; one timer per object and action."""
        self.db.execute(
            "INSERT OR REPLACE INTO timers (object_id, action, at, rank, clock)"
            " VALUES (?, ?, ?, ?, ?)",
            (object_id, action, at, rank, clock),
        )

    def drop_timers(self, object_id: str, *actions: str) -> None:
        """Nothing (of these kinds) falls due on the object any more."""
        marks = ", ".join("?" * len(actions))
        narrowed = f" AND action IN ({marks})" if actions else ""
        self.db.execute(
            f"DELETE FROM timers WHERE object_id = ?{narrowed}",  # noqa: S608 - only marks are inserted
            (object_id, *actions),
        )

    def next_timer(self, until: int | None = None, *, clock: str = "") -> Timer | None:
        """What falls due first, if anything does by then."""
        rows = self.timers(until, limit=1, clock=clock)
        return rows[0] if rows else None

    def timers(self, until: int | None = None, limit: int = -1, *, clock: str = "") -> list[Timer]:
        """What falls due, soonest first; at one instant in order of rank, then of setting."""
        rows = self.db.execute(
            "SELECT object_id, action, at FROM timers WHERE clock = ? AND (? IS NULL OR at <= ?)"
            " ORDER BY at, rank, rowid LIMIT ?",
            (clock, until, until, limit),
        ).fetchall()
        return [Timer(*row) for row in rows]

    # Notes and the whole

    def read_note(self, name: str, default: Any) -> Any:
        """A named value that outlives the process."""
        row = self.db.execute("SELECT value FROM notes WHERE name = ?", (name,)).fetchone()
        return json.loads(row["value"]) if row else default

    def write_note(self, name: str, value: Any) -> None:
        """Remember a named value."""
        self.db.execute("INSERT OR REPLACE INTO notes VALUES (?, ?)", (name, json.dumps(value)))

    def clear(self, keep: tuple[str, ...] = ()) -> None:
        """Forget everything but objects of the kinds to keep."""
        with self.transaction():
            for table in _TABLES[1:]:
                self.db.execute(f"DELETE FROM {table}")  # noqa: S608 - our own table names
            marks = ", ".join("?" * len(keep))
            self.db.execute(f"DELETE FROM objects WHERE kind NOT IN ({marks})", keep)  # noqa: S608 - only marks are inserted


_SIGNS = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<="}
