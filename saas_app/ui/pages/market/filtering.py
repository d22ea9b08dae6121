"""What pages with a filter share: one condition more or less, the same conditions in an address, filters kept by name."""

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from saas_app.accounts.sessions import SignedIn
from saas_app.core.db import snapshot, transaction
from saas_app.market import filters, saved_filters
from saas_app.market.filters import Filter
from saas_app.market.saved_filters import On, Removed, Whose
from saas_app.ui import figures


def whose(who: SignedIn) -> Whose:
    return Whose(who.workspace_id, who.user_id)


def save(who: SignedIn, on: On, name: str, wanted: Filter) -> None:
    with transaction() as session:
        saved_filters.save(session, whose(who), on, name, wanted)


def rename(who: SignedIn, filter_id: int, name: str) -> None:
    with transaction() as session:
        saved_filters.rename(session, whose(who), filter_id, name)


def remove(who: SignedIn, filter_id: int) -> Removed:
    with transaction() as session:
        return saved_filters.remove(session, whose(who), filter_id)


def put_back(who: SignedIn, removed: Removed) -> None:
    with transaction() as session:
        saved_filters.put_back(session, whose(who), removed)


def kept(who: SignedIn, filter_id: int) -> tuple[str, Filter]:
    with snapshot() as session:
        saved = saved_filters.find(session, whose(who), filter_id)
        return saved.name, filters.read(saved.wanted)


def changed(wanted: Filter, name: str, value: str) -> Filter:
    """With one more name in a list, or one less; with another choice; with another number.

    Raises ValueError for what is no number.
    """
    if name in filters.NAMES:
        there: tuple[str, ...] = getattr(wanted, name)
        others = tuple(each for each in there if each != value)
        fresh: Any = others if value in there else (*there, value)[: filters.MOST_NAMES]
    elif name in filters.NUMBERS:
        fresh = figures.number(value) if value.strip() else None
        if fresh is not None and not 0 <= fresh <= filters.FARTHEST:
            raise ValueError(name)
    else:
        fresh = value
    return replace(wanted, **{name: fresh})


def query(wanted: Filter) -> str:
    """The same conditions for a file's address."""
    several = {"symbols": "symbol", "timeframes": "timeframe"}
    asked = {several.get(name, name): each for name, each in filters.kept(wanted).items()}
    return f"?{urlencode(asked, doseq=True)}" if asked else ""
