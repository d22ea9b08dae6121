"""What the scanner reads and keeps, each in one short look or transaction."""

from dataclasses import dataclass

from saas_app.accounts.sessions import SignedIn
from saas_app.core import clock
from saas_app.core.db import snapshot
from saas_app.entitlements import access
from saas_app.market import current, filters, reading, saved_filters, scanning
from saas_app.market.filters import Filter
from saas_app.market.models import SavedFilter
from saas_app.market.saved_filters import On
from saas_app.market.scanner import Row
from saas_app.market.scanning import Scope
from saas_app.plans.access import Access
from saas_app.ui.pages.market import filtering

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
        kept = saved_filters.of(session, filtering.whose(who), On.SCANNER)
    return Seen(standing, scanning.scope(standing, current.board().traded), kept)


def rows(scope: Scope, wanted: Filter) -> tuple[list[Row], int]:
    """The rows that pass, and how many charts are still being read."""
    opened, _ = scanning.opened(scope, wanted)
    charts = scanning.charts_of(scope, opened)
    found, missing = reading.rows(current.board(), charts, now=clock.wall(), within=_WAIT_SECONDS)
    return filters.rows(found, opened), missing
