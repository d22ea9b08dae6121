"""Which tables hold something of a person: what is handed out on request, and what is forgotten.

Each slice of the product says so for its own tables and registers it at start; a house test finds
a table that nobody spoke for.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import Session, SQLModel, col, delete, select

Owners = Callable[[Session, int], Sequence[int]]


def themselves(_session: Session, user_id: int) -> Sequence[int]:
    return (user_id,)


@dataclass(frozen=True, slots=True)
class Held:
    """`owner` is the column that leads to the person, `whose` the values it has for them.

    `hidden` columns are secrets or digests, of no use to their owner and of use to a thief.
    `stays` is the key of a sentence why rows are kept when the person is erased; empty erases them.
    """

    model: type[SQLModel]
    owner: str = "user_id"
    whose: Owners = themselves
    hidden: frozenset[str] = frozenset()
    exported: bool = True
    stays: str = ""

    @property
    def name(self) -> str:
        return str(self.model.__tablename__)


@dataclass(frozen=True, slots=True)
class Slice:
    """`before` may talk to the outside and raise Unavailable: nothing is erased until it succeeds.

    `on_request` follows the wish at once, `hinders` says why it cannot be granted yet.
    """

    tables: tuple[Held, ...] = ()
    on_request: Callable[[int], None] | None = None
    hinders: Callable[[Session, int], str] | None = None
    before: Callable[[int], None] | None = None
    erase: Callable[[Session, int], None] | None = None


_slices: dict[str, Slice] = {}


def register(name: str, slice_: Slice) -> None:
    """In the order of the layers, lowest first; the highest is erased first."""
    _slices[name] = slice_


def slices() -> tuple[Slice, ...]:
    return tuple(_slices.values())


def tables() -> tuple[Held, ...]:
    return tuple(held for each in slices() for held in each.tables)


def rows(session: Session, held: Held, user_id: int) -> list[dict[str, Any]]:
    """What a table holds of this person, without its hidden columns."""
    found = session.exec(select(held.model).where(_belongs(session, held, user_id)))
    return [row.model_dump(mode="json", exclude=set(held.hidden)) for row in found]


def erase(session: Session, held: Held, user_id: int) -> int:
    return session.exec(delete(held.model).where(_belongs(session, held, user_id))).rowcount


def _belongs(session: Session, held: Held, user_id: int) -> ColumnElement[bool]:
    return col(getattr(held.model, held.owner)).in_(held.whose(session, user_id))
