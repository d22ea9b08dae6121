"""Filters that a person keeps under a name, each for the list it was made on; nobody else sees them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlmodel import Session, col, func, select

from saas_app.core import clock
from saas_app.core.errors import Conflict, Invalid, NotFound
from saas_app.core.texts import text
from saas_app.market import filters
from saas_app.market.filters import Filter
from saas_app.market.models import SavedFilter

MOST = 20  # per list: more than fit into a glance
LONGEST_NAME = 40


class TooManyFilters(Conflict):
    code = "too_many_filters"


class NameTaken(Conflict):
    code = "name_taken"


class On(StrEnum):
    """The list it belongs to."""

    SCANNER = "scanner"
    ALERTS = "alerts"


@dataclass(frozen=True, slots=True)
class Whose:
    """One person in one workspace."""

    workspace_id: int
    user_id: int


@dataclass(frozen=True, slots=True)
class Removed:
    """Enough to put it back."""

    on: On
    name: str
    wanted: dict[str, Any]
    created_at: datetime


def of(session: Session, whose: Whose, on: On) -> list[SavedFilter]:
    """By name."""
    mine = select(SavedFilter).where(
        SavedFilter.workspace_id == whose.workspace_id,
        SavedFilter.user_id == whose.user_id,
        SavedFilter.on_list == on.value,
    )
    return sorted(session.exec(mine), key=lambda saved: saved.name.casefold())


def save(session: Session, whose: Whose, on: On, name: str, wanted: Filter) -> SavedFilter:
    """Under a new name, or over what is kept under it. Raises Invalid, TooManyFilters."""
    name = _named(name)
    if not wanted.asks:
        raise Invalid(text("filters.asks_nothing"))
    there = next((each for each in of(session, whose, on) if each.name == name), None)
    if there is None:
        return _added(session, whose, Removed(on, name, filters.kept(wanted), clock.now()))
    there.wanted = filters.kept(wanted)
    session.add(there)
    return there


def rename(session: Session, whose: Whose, filter_id: int, name: str) -> SavedFilter:
    """Raises Invalid, NameTaken, and NotFound for what is not theirs."""
    saved, name = find(session, whose, filter_id), _named(name)
    if any(each.name == name and each.id != saved.id for each in of(session, whose, _on(saved))):
        raise NameTaken(text("filters.name_taken", name=name))
    saved.name = name
    session.add(saved)
    return saved


def remove(session: Session, whose: Whose, filter_id: int) -> Removed:
    """Raises NotFound for what is not theirs, wherever else it may be."""
    saved = find(session, whose, filter_id)
    session.delete(saved)
    session.flush()
    return Removed(_on(saved), saved.name, saved.wanted, saved.created_at)


def put_back(session: Session, whose: Whose, removed: Removed) -> SavedFilter:
    """Undo a removal. Raises NameTaken, TooManyFilters where its place was taken meanwhile."""
    if any(each.name == removed.name for each in of(session, whose, removed.on)):
        raise NameTaken(text("filters.name_taken", name=removed.name))
    return _added(session, whose, removed)


def find(session: Session, whose: Whose, filter_id: int) -> SavedFilter:
    """Raises NotFound."""
    saved = session.get(SavedFilter, filter_id)
    if saved is None or (saved.workspace_id, saved.user_id) != (whose.workspace_id, whose.user_id):
        raise NotFound(text("filters.missing"))
    return saved


def _added(session: Session, whose: Whose, what: Removed) -> SavedFilter:
    count = select(func.count()).where(
        col(SavedFilter.workspace_id) == whose.workspace_id,
        col(SavedFilter.user_id) == whose.user_id,
        col(SavedFilter.on_list) == what.on.value,
    )
    if session.exec(count).one() >= MOST:
        raise TooManyFilters(text("filters.too_many", most=MOST))
    saved = SavedFilter(
        workspace_id=whose.workspace_id,
        user_id=whose.user_id,
        on_list=what.on.value,
        name=what.name,
        wanted=what.wanted,
        created_at=what.created_at,
    )
    session.add(saved)
    session.flush()
    return saved


def _on(saved: SavedFilter) -> On:
    return On(saved.on_list)


def _named(name: str) -> str:
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME:
        raise Invalid(
            text("filters.name_wrong", longest=LONGEST_NAME),
            fields={"name": text("filters.name_wrong", longest=LONGEST_NAME)},
        )
    return name
