"""Brings sealed columns under the newest secret, in batches, as often as one likes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import inspect
from sqlmodel import SQLModel, select, update

from saas_app.core.crypto import CannotOpen, renewed
from saas_app.core.db import snapshot, transaction

_BATCH = 200


@dataclass(frozen=True, slots=True)
class Sealed:
    """A column of sealed texts; `place` is what a row's text was bound to."""

    table: type[SQLModel]
    column: str
    place: Callable[[Any], str]

    @property
    def name(self) -> str:
        return f"{inspect(self.table).local_table}.{self.column}"


@dataclass(frozen=True, slots=True)
class Outcome:
    """`shut` were sealed under a secret we no longer hold; they stay as they are."""

    renewed: int = 0
    already: int = 0
    shut: int = 0


def renew(sealed: Sealed) -> Outcome:
    """Seal anew what is sealed under an older secret.

    Each batch is a transaction of its own: stopped half-way, the next run does the rest.
    """
    outcome, after = Outcome(), None
    while rows := _batch(sealed, after):
        outcome = _added(outcome, _renew_batch(sealed, rows))
        after = _key_of(sealed, rows[-1])
    return outcome


def _batch(sealed: Sealed, after: Any) -> Sequence[Any]:
    key = _key(sealed)
    rows = select(sealed.table).order_by(key).limit(_BATCH)
    with snapshot() as session:
        return session.exec(rows if after is None else rows.where(key > after)).all()


def _renew_batch(sealed: Sealed, rows: Sequence[Any]) -> Outcome:
    done = already = shut = 0
    column: Any = getattr(sealed.table, sealed.column)
    with transaction() as session:
        for row in rows:
            old = getattr(row, sealed.column)
            try:
                new = renewed(old, place=sealed.place(row))
            except CannotOpen:
                shut += 1
                continue
            if new == old:
                already += 1
                continue
            # What was changed since it was read is sealed under the newest secret anyway.
            same = update(sealed.table).where(_key(sealed) == _key_of(sealed, row), column == old)
            done += session.exec(same.values({sealed.column: new})).rowcount
    return Outcome(done, already, shut)


def _added(left: Outcome, right: Outcome) -> Outcome:
    return Outcome(
        left.renewed + right.renewed, left.already + right.already, left.shut + right.shut
    )


def _key(sealed: Sealed) -> Any:
    (key,) = inspect(sealed.table).primary_key
    return key


def _key_of(sealed: Sealed, row: Any) -> Any:
    return getattr(row, _key(sealed).name)
