"""What a person has switched on on their charts. Whether a plan covers it is asked where it is drawn."""

from collections.abc import Mapping

from sqlmodel import Session

from saas_app.core import clock, upsert
from saas_app.market import permitted
from saas_app.market.errors import UnknownIndicator
from saas_app.market.indicators.table import INDICATORS
from saas_app.market.models import ChartLayout

LOG_SCALE = "log_scale"
LIST = "list"  # the levels beside the chart
USUAL = frozenset({"volume", "levels", "lines", "fractals", LIST})

# Every switch with the charts it is part of.
SWITCHES: Mapping[str, str] = {
    **dict.fromkeys(("volume", "levels", "lines", "fractals", LIST), permitted.BASIC),
    **dict.fromkeys((*INDICATORS, LOG_SCALE), permitted.ADVANCED),
}


def of(session: Session, user_id: int) -> frozenset[str]:
    kept = session.get(ChartLayout, user_id)
    return _names(kept) if kept else USUAL


def turn(session: Session, user_id: int, name: str, *, on: bool) -> frozenset[str]:
    """Raises UnknownIndicator for what is no switch."""
    if name not in SWITCHES:
        raise UnknownIndicator("There is nothing of that name on a chart. Nothing was changed.")
    at = clock.now()
    usual = {"user_id": user_id, "switched_on": ",".join(sorted(USUAL)), "updated_at": at}
    upsert.added(session, ChartLayout, usual)
    kept = session.get_one(ChartLayout, user_id, populate_existing=True, with_for_update=True)
    names = _names(kept) | {name} if on else _names(kept) - {name}
    kept.switched_on, kept.updated_at = ",".join(sorted(names)), at
    session.add(kept)
    session.flush()
    return names


def _names(kept: ChartLayout) -> frozenset[str]:
    """Without what a later version no longer knows."""
    return frozenset(kept.switched_on.split(",")) & SWITCHES.keys()
