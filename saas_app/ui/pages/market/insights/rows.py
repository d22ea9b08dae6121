"""What the page shows, as frozen rows. Pure: facts in, words out."""

from dataclasses import dataclass
from datetime import UTC, datetime

from saas_app.billing import offer
from saas_app.core import dates
from saas_app.core.texts import text
from saas_app.insights.anomaly import Anomaly
from saas_app.insights.direction import Direction
from saas_app.insights.expected_range import ExpectedRange
from saas_app.insights.facts import Facts
from saas_app.insights.models import Forecast
from saas_app.insights.record import Record
from saas_app.insights.scope import PARTS, Scope
from saas_app.plans.features import Feature
from saas_app.ui import routes
from saas_app.ui.pages.market.rows import price

_TO = "\N{EN DASH}"


@dataclass(frozen=True, slots=True)
class Figure:
    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Shut:
    part: str
    title: str
    plan: str
    why: str


@dataclass(frozen=True, slots=True)
class Past:
    key: str
    at: str
    band: str
    came: str
    tone: str


def expected(found: ExpectedRange, digits: int, zone: str) -> list[Figure]:
    return [
        Figure(
            text("insights.band", promised=_percent(found.promised)),
            _between(found.low, found.high, digits),
        ),
        Figure(text("insights.covered"), _percent(found.covered)),
        Figure(text("insights.skill"), f"{found.skill:.2f}"),
        *_basis(found.n, found.since, found.until, found.fitted_at, zone),
    ]


def unusual(found: Anomaly) -> list[Figure]:
    return [
        Figure(text("insights.range_score"), _rank(found.range_score)),
        Figure(text("insights.volume_score"), _rank(found.volume_score)),
        Figure(text("insights.n"), f"{found.n:,}"),
    ]


def direction(found: Direction, zone: str) -> list[Figure]:
    return [
        Figure(text("insights.base_rate"), _percent(found.base_rate)),
        Figure(text("insights.brier"), f"{found.brier:.4f}"),
        Figure(text("insights.base_brier"), f"{found.base_brier:.4f}"),
        Figure(text("insights.skill"), f"{found.skill:.4f}"),
        Figure(text("insights.skill_at_least"), f"{found.skill_at_least:.4f}"),
        *_basis(found.n, found.since, found.until, found.fitted_at, zone),
    ]


def calibrated(found: Direction) -> list[Figure]:
    return [
        Figure(
            text("insights.said", percent=_percent(each.said)),
            text("insights.came_true", percent=_percent(each.came), count=f"{each.n:,}"),
        )
        for each in found.calibration
    ]


def verdict(found: Direction) -> str:
    if found.up is None:
        return text("insights.no_edge")
    return text("insights.edge", percent=_percent(found.up), horizon=found.horizon)


def recorded(found: Record) -> str:
    if found.covered is None:
        return text("insights.record_waits", count=found.waiting)
    return text(
        "insights.record_says",
        inside=f"{found.inside:,}",
        settled=f"{found.settled:,}",
        percent=_percent(found.covered),
        waiting=found.waiting,
    )


def past(found: Record, digits: int, zone: str) -> list[Past]:
    return [_past(row, digits, zone) for row in found.newest]


def facts(given: Facts) -> list[Figure]:
    return [Figure(text(f"insights.fact.{name}"), value) for name, value in given.items()]


def shut(scope: Scope) -> list[Shut]:
    return [
        Shut(
            part,
            text(f"insights.{part}"),
            plan.name if (plan := offer.catalogue().find(why.upgrade_to)) else "",
            routes.why(Feature.INSIGHTS, PARTS[part]),
        )
        for part, why in scope.locked.items()
    ]


def _past(row: Forecast, digits: int, zone: str) -> Past:
    tone = "flat"
    came = text("insights.waits")
    if row.came is not None:
        tone = "up" if row.low <= row.came <= row.high else "down"
        came = text(
            "insights.held" if tone == "up" else "insights.missed", price=price(row.came, digits)
        )
    return Past(
        str(row.candle), _moment(row.candle, zone), _between(row.low, row.high, digits), came, tone
    )


def _basis(n: int, since: int, until: int, fitted_at: int, zone: str) -> list[Figure]:
    period = f"{_day(since, zone)} {_TO} {_day(until, zone)}"
    return [
        Figure(text("insights.n"), f"{n:,}"),
        Figure(text("insights.period"), period),
        Figure(text("insights.fitted_at"), _moment(fitted_at, zone)),
    ]


def _between(low: float, high: float, digits: int) -> str:
    return f"{price(low, digits)} {_TO} {price(high, digits)}"


def _rank(score: float | None) -> str:
    return text("insights.unknown") if score is None else _percent(score)


def _percent(share: float) -> str:
    return f"{share:.0%}".replace("%", " %")


def _day(at: int, zone: str) -> str:
    return dates.day(datetime.fromtimestamp(at, UTC), zone)


def _moment(at: int, zone: str) -> str:
    return dates.moment(datetime.fromtimestamp(at, UTC), zone)
