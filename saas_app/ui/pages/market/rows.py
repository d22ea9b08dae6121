"""What the market pages show, as frozen rows. Pure: facts in, words out."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from saas_app.core import dates
from saas_app.core.texts import text
from saas_app.entitlements.usage import Usage
from saas_app.market import current, movement
from saas_app.market.answers import Indicators
from saas_app.market.feeds.port import DataKind, Quote
from saas_app.market.movement import Movement
from saas_app.market.symbols import Symbol
from saas_app.plans.access import Access
from saas_app.plans.decide import Denied, decide
from saas_app.ui import routes

Tone = Literal["up", "down", "flat"]
_SIGN: dict[Tone, str] = {"up": "+", "down": "\N{MINUS SIGN}", "flat": ""}
_FULL = 100
_NEAR = 80
_SILENT = 120  # seconds without a price, while its market trades, that are worth a word


@dataclass(frozen=True, slots=True)
class Tick:
    """The moving part of a row: a price, how far it came, and whether it moves now."""

    price: str = ""
    change: str = ""
    tone: str = "flat"
    market: str = ""
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class LevelRow:
    id: str
    side: str
    tone: str
    price: str
    touches: str
    state: str
    since: str
    alert: str = ""  # where an alert at it is made; a line has no one price
    alert_label: str = ""


@dataclass(frozen=True, slots=True)
class MeterRow:
    """`state` is ok, near or full, or none where nothing is counted; `lifts` names the plan that gives more, once that matters."""

    label: str
    used: str
    percent: int
    state: str
    lifts: str = ""
    plan: str = ""


NO_METER = MeterRow("", "", 0, "none")


def price(value: float, digits: int) -> str:
    return f"{value:,.{digits}f}"


def share(change: float | None) -> str:
    """`+0.42 %`, with a real minus sign; no sign for what rounds to nothing; words for the unknown."""
    return (
        text("market.change.none")
        if change is None
        else f"{_SIGN[tone(change)]}{abs(change) * 100:.2f} %"
    )


def tone(change: float | None) -> Tone:
    rounded = round(change or 0.0, 4)
    return "up" if rounded > 0 else "down" if rounded < 0 else "flat"


def tick(market: Symbol, moved: Movement | None, now: datetime, zone: str) -> Tick:
    if moved is None:
        return Tick()
    return Tick(
        price=price(moved.quote.price, market.digits),
        change=share(moved.change),
        tone=tone(moved.change),
        market=_standing(market, moved, now, zone),
        is_open=moved.quote.is_open and _silence(moved, now) <= _SILENT,
    )


def data_words(kind: DataKind) -> tuple[str, str]:
    """The label that goes with every number of this kind, and what it means."""
    return text(f"market.data.{kind}"), text(f"market.data.{kind}_hint")


def levels(found: Indicators, digits: int, zone: str) -> list[LevelRow]:
    """The highest first, as they lie on the chart."""
    return [
        LevelRow(
            id=level["id"],
            side=text(f"market.side.{level['side']}"),
            tone=level["side"],
            price=price(level["price"], digits),
            touches=text("chart.touches", count=level["touches"]),
            state=text(f"market.level_state.{level['state']}"),
            since=_since(level["versions"][0]["valid_from"], zone),
            alert=routes.new_alert(
                found["symbol"], found["timeframe"], f"{level['price']:.{digits}f}"
            ),
            alert_label=text("alerts.set_at", price=price(level["price"], digits)),
        )
        for level in sorted(found["horizontal"], key=lambda level: -level["price"])
    ]


def lines(found: Indicators, digits: int, zone: str) -> list[LevelRow]:
    return [
        LevelRow(
            id=line["id"],
            side=text(f"market.side.{line['side']}"),
            tone=line["side"],
            price=" \N{RIGHTWARDS ARROW} ".join(
                price(anchor["price"], digits) for anchor in line["anchors"]
            ),
            touches=text("chart.touches", count=line["touches"]),
            state=text(f"market.level_state.{line['state']}"),
            since=_since(line["valid_from"], zone),
        )
        for line in found["diagonal"]
    ]


def priced_at(quote: Quote, zone: str) -> str:
    """When the last price of a market that trades was made."""
    at = datetime.fromtimestamp(quote.at, UTC).astimezone(ZoneInfo(zone))
    return text("market.priced_at", time=f"{at:%H:%M:%S}") if quote.is_open else ""


def _since(opening: int, zone: str) -> str:
    return text("chart.since", moment=dates.moment(datetime.fromtimestamp(opening, UTC), zone))


def meter(line: Usage, access: Access) -> MeterRow:
    label = text(f"feature.{line.feature}")
    if line.limit is None:
        return MeterRow(label, f"{line.used:,}", 0, "ok")
    percent = min(_FULL, round(_FULL * line.used / line.limit)) if line.limit else _FULL
    state = "full" if percent >= _FULL else "near" if percent >= _NEAR else "ok"
    used = f"{line.used:,} / {line.limit:,}"
    lifts, plan = _lifted(line, access) if state != "ok" else ("", "")
    return MeterRow(label, used, percent, state, lifts, plan)


def _lifted(line: Usage, access: Access) -> tuple[str, str]:
    """What the next plan would make of a limit that is nearly used up."""
    answer = decide(access, line.feature, used=line.limit or 0)
    plan = access.catalogue.find(answer.upgrade_to) if isinstance(answer, Denied) else None
    if plan is None:
        return "", ""
    limit = plan.limits.get(line.feature)
    if isinstance(limit, int):
        return text("watchlist.lifts", plan=plan.name, limit=limit), plan.name
    return text("watchlist.lifts_unlimited", plan=plan.name), plan.name


def _silence(moved: Movement, now: datetime) -> int:
    """Seconds since the last price."""
    return int(now.timestamp()) - moved.quote.at


def _standing(market: Symbol, moved: Movement, now: datetime, zone: str) -> str:
    if market.archived:
        return text(
            "market.state.history",
            day=dates.day(datetime.fromtimestamp(moved.quote.at, UTC), "UTC"),
        )
    if moved.quote.is_open:
        silence = _silence(moved, now)
        if silence > _SILENT:
            return text("market.state.silent", minutes=silence // 60)
        return text("market.state.open")
    opens = movement.next_opening(current.board().source_of(market.id).calendar(market.id), now)
    if opens is None:
        return text("market.state.shut")
    return text("market.state.shut_until", moment=dates.moment(opens, zone))
