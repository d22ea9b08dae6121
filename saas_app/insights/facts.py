"""What a summary may say: figures as they are written, and the sentences made of them without anybody's help."""

from collections.abc import Collection, Mapping
from datetime import datetime

from saas_app.core.texts import text
from saas_app.insights.outlook import Outlook
from saas_app.market import movement, scanner, symbols
from saas_app.market.board import Board

Facts = Mapping[str, str]


def gathered(board: Board, seen: Outlook, opened: Collection[str], *, now: datetime) -> Facts:
    """Only what the plan opens; every figure in the form in which it may be repeated."""
    digits = symbols.everything()[seen.symbol].digits
    facts = {
        "symbol": seen.symbol,
        "timeframe": seen.timeframe,
        "data_kind": seen.data_kind,
        "last_close": f"{seen.close:,.{digits}f}",
    }
    moved = movement.of(board, seen.symbol, now=now)
    if moved and moved.change is not None:
        facts["change_percent"] = f"{moved.change * 100:+.2f}"
    if seen.regime and "regime" in opened:
        facts["regime"] = seen.regime.value
    if seen.range and "range" in opened:
        facts |= {
            "horizon": str(seen.range.horizon),
            "range_low": f"{seen.range.low:,.{digits}f}",
            "range_expected": f"{seen.range.expected:,.{digits}f}",
            "range_high": f"{seen.range.high:,.{digits}f}",
            "promised_percent": f"{seen.range.promised:.0%}".rstrip("%"),
            "covered_percent": f"{seen.range.covered:.0%}".rstrip("%"),
            "forecasts": f"{seen.range.n:,}",
        }
    near = _nearest(board, seen, now)
    if near:
        facts |= {"level": f"{near.price:,.{digits}f}", "side": near.side}
    return facts | _advanced(seen, opened)


def sentences(facts: Facts) -> list[str]:
    """The summary as it stands without a model: each sentence whose facts are there."""
    said = [
        text(
            "insights.says.close",
            symbol=facts["symbol"],
            timeframe=facts["timeframe"],
            price=facts["last_close"],
            data=text(f"market.data.{facts['data_kind']}"),
        )
    ]
    if "change_percent" in facts:
        said.append(text("insights.says.change", change=facts["change_percent"]))
    if "regime" in facts:
        said.append(text(f"insights.says.regime.{facts['regime']}"))
    if "range_expected" in facts:
        said.append(
            text(
                "insights.says.range",
                horizon=facts["horizon"],
                expected=facts["range_expected"],
                low=facts["range_low"],
                high=facts["range_high"],
                promised=facts["promised_percent"],
                covered=facts["covered_percent"],
                count=facts["forecasts"],
            )
        )
    if "level" in facts:
        said.append(text(f"insights.says.level.{facts['side']}", price=facts["level"]))
    if "range_rank_percent" in facts:
        said.append(text("insights.says.anomaly", percent=facts["range_rank_percent"]))
    if "up_percent" in facts:
        said.append(
            text(
                "insights.says.edge",
                percent=facts["up_percent"],
                count=facts["judged"],
                horizon=facts["direction_horizon"],
            )
        )
    elif "judged" in facts:
        said.append(text("insights.says.no_edge", count=facts["judged"]))
    return said


def _advanced(seen: Outlook, opened: Collection[str]) -> dict[str, str]:
    facts: dict[str, str] = {}
    if seen.anomaly and seen.anomaly.range_score is not None and "anomaly" in opened:
        facts["range_rank_percent"] = f"{seen.anomaly.range_score * 100:.0f}"
    if seen.direction and "direction" in opened:
        facts |= {
            "judged": f"{seen.direction.n:,}",
            "direction_horizon": str(seen.direction.horizon),
        }
        if seen.direction.up is not None:
            facts["up_percent"] = f"{seen.direction.up * 100:.0f}"
    return facts


def _nearest(board: Board, seen: Outlook, now: datetime) -> scanner.Place | None:
    levels = scanner.closed(board, seen.symbol, seen.timeframe, now=now).levels
    return min(levels, key=lambda level: abs(level.price - seen.close), default=None)
