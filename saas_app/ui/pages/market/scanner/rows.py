"""What the scanner shows, as frozen rows. Pure: facts in, words out."""

from collections.abc import Sequence
from dataclasses import dataclass

from saas_app.core.texts import text
from saas_app.market import scanner, symbols
from saas_app.market.feeds.port import DataKind
from saas_app.market.scanner import Column, Row
from saas_app.market.scanning import Scope
from saas_app.plans.access import Access
from saas_app.plans.decide import Denied
from saas_app.ui import routes
from saas_app.ui.pages.market import rows as market_rows


@dataclass(frozen=True, slots=True)
class Cell:
    words: str
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    key: str
    symbol: str
    timeframe: str
    href: str
    open_label: str
    alert: str
    alert_label: str
    data: str
    cells: list[Cell]


@dataclass(frozen=True, slots=True)
class Head:
    """`sorted` is ascending, descending or none; `why` is empty unless the plan keeps it shut."""

    column: str
    title: str
    sorted: str
    why: str
    opens: str


@dataclass(frozen=True, slots=True)
class Shut:
    """One market or timeframe that the plan does not cover."""

    name: str
    why: str
    label: str


def heads(scope: Scope, access: Access, by: str, *, falling: bool) -> list[Head]:
    return [
        Head(
            column,
            text(f"scanner.column.{column}"),
            ("descending" if falling else "ascending") if column == by else "none",
            _why(scope.locked.get(column)),
            opens(scope.locked.get(column), access),
        )
        for column in ("symbol", *scanner.FULL)
    ]


def lines(found: Sequence[Row], scope: Scope, by: str, *, falling: bool) -> list[Line]:
    """In the order asked for; what has nothing in that column comes last either way."""
    known = [row for row in found if getattr(row, by) is not None]
    known.sort(key=lambda row: getattr(row, by), reverse=falling)
    unknown = [row for row in found if getattr(row, by) is None]
    return [_line(row, scope) for row in (*known, *unknown)]


def shut(scope: Scope) -> list[Shut]:
    return [
        Shut(each.item or "", _why(each), text("why.link_of", what=each.item or ""))
        for each in scope.shut
    ]


def opens(denied: Denied | None, access: Access) -> str:
    """The name of the plan that opens it."""
    plan = access.catalogue.find(denied.upgrade_to) if denied else None
    return plan.name if plan else ""


def _why(denied: Denied | None) -> str:
    return routes.why(denied.feature, denied.item or "") if denied else ""


def _line(row: Row, scope: Scope) -> Line:
    named = {"symbol": row.symbol, "timeframe": row.timeframe}
    level = row.level if "level" in scope.columns else None
    digits = symbols.everything()[row.symbol].digits
    at = f"{level:.{digits}f}" if level is not None else ""
    return Line(
        key=f"{row.symbol}-{row.timeframe}",
        symbol=row.symbol,
        timeframe=row.timeframe,
        href=routes.chart(row.symbol, row.timeframe),
        open_label=text("watchlist.open", **named),
        alert=routes.new_alert(row.symbol, row.timeframe, at),
        alert_label=text("scanner.set_alert", **named),
        data=market_rows.data_words(DataKind(row.data_kind))[0],
        cells=[
            Cell(text("scanner.locked"), "quiet")
            if column in scope.locked
            else _cell(row, column, digits)
            for column in scanner.FULL
        ],
    )


def _cell(row: Row, column: Column, digits: int) -> Cell:
    value = getattr(row, column)
    if value is None:
        return Cell(text("scanner.nothing"), "quiet")
    match column:
        case "price":
            return Cell(market_rows.price(value, digits))
        case "level":
            side = text(f"market.side.{row.side}")
            return Cell(f"{market_rows.price(value, digits)} {side}")
        case "change":
            return Cell(market_rows.share(value), market_rows.tone(value))
        case "direction":
            return Cell(text(f"scanner.direction.{value}"), str(value))
        case "regime":
            return Cell(text(f"scanner.regime.{value}"))
        case "volume_multiple":
            return Cell(text("scanner.times", value=f"{value:.2f}"))
        case "distance":
            return Cell(text("scanner.ranges", value=f"{value:.2f}"))
        case "rsi":
            return Cell(f"{value:.1f}")
        case "volume" | "open_interest" | "liquidations":
            return Cell(f"{value:,.0f}")
