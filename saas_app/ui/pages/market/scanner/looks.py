"""What the scanner reads and keeps, each in one short look or transaction."""

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from saas_app.accounts.sessions import SignedIn
from saas_app.core import clock
from saas_app.core.db import snapshot, transaction
from saas_app.entitlements import access
from saas_app.market import current, exported, filters, reading, saved_filters, scanning
from saas_app.market.filters import Filter
from saas_app.market.models import SavedFilter
from saas_app.market.saved_filters import On, Removed, Whose
from saas_app.market.scanner import Row
from saas_app.market.scanning import Scope
from saas_app.plans.access import Access

_WAIT_SECONDS = 2.0  # what is not read by then is shown at a later look


@dataclass(frozen=True, slots=True)
class Seen:
    """Who may see what, and what they keep."""

    standing: Access
    scope: Scope
    saved: list[SavedFilter]


def look(who: SignedIn) -> Seen:
    """Raises NeedsUpgrade where the plan has no scanner."""
    with snapshot() as session:
        standing = access.of(session, who.workspace_id, clock.now())
        kept = saved_filters.of(session, whose(who), On.SCANNER)
    return Seen(standing, scanning.scope(standing), kept)


def rows(scope: Scope, wanted: Filter) -> tuple[list[Row], int]:
    """The rows that pass, and how many charts are still being read."""
    opened, _ = scanning.opened(scope, wanted)
    charts = scanning.charts_of(scope, opened)
    found, missing = reading.rows(current.board(), charts, now=clock.wall(), within=_WAIT_SECONDS)
    return filters.rows(found, opened), missing


def whose(who: SignedIn) -> Whose:
    return Whose(who.workspace_id, who.user_id)


def save(who: SignedIn, name: str, wanted: Filter) -> None:
    with transaction() as session:
        saved_filters.save(session, whose(who), On.SCANNER, name, wanted)


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
        fresh = float(value.replace(",", "")) if value.strip() else None
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


def may_export(standing: Access) -> str:
    """Why not, as the item that is missing; empty where one may."""
    denied = exported.why_not(standing, "csv")
    return denied.feature.value if denied else ""
