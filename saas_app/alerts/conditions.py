"""What an alert can wait for: each kind with its figures, their bounds, and when it is judged. Pure."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

Figure: TypeAlias = float | str
Figures: TypeAlias = Mapping[str, Figure]


class Judged(StrEnum):
    """When a condition is looked at."""

    TICK = "tick"  # on every move of the price, wicks included
    CLOSE = "close"  # once, on the candle that has closed


class Kind(StrEnum):
    CROSSES_UP = "crosses_up"
    CROSSES_DOWN = "crosses_down"
    CROSSES = "crosses"
    ENTERS_BAND = "enters_band"
    LEAVES_BAND = "leaves_band"
    MOVES = "moves"
    VOLUME = "volume"
    NEAR_LEVEL = "near_level"
    LEVEL_TOUCH = "level_touch"
    LEVEL_BREAK = "level_break"
    LINE_TOUCH = "line_touch"
    LINE_BREAK = "line_break"
    LINE_RETEST = "line_retest"
    FRACTAL = "fractal"
    RSI_CROSSES = "rsi_crosses"
    MACD_CROSSES = "macd_crosses"
    AVERAGES_CROSS = "averages_cross"


@dataclass(frozen=True, slots=True)
class Number:
    """`price` figures have no bounds of their own: the market's last price gives them."""

    least: float = 0.0
    most: float = 0.0
    usual: float = 0.0
    price: bool = False
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    offered: tuple[str, ...]

    @property
    def usual(self) -> str:
        return self.offered[0]


@dataclass(frozen=True, slots=True)
class Condition:
    judged: Judged
    figures: Mapping[str, Number | Choice]


_PRICE = Number(price=True)
_DIRECTION = Choice(("any", "up", "down"))
_SIDE = Choice(("any", "resistance", "support"))
_TOUCHES = Number(2, 10, 3, whole=True)

CONDITIONS: Mapping[Kind, Condition] = {
    Kind.CROSSES_UP: Condition(Judged.TICK, {"price": _PRICE}),
    Kind.CROSSES_DOWN: Condition(Judged.TICK, {"price": _PRICE}),
    Kind.CROSSES: Condition(Judged.TICK, {"price": _PRICE}),
    Kind.ENTERS_BAND: Condition(Judged.TICK, {"low": _PRICE, "high": _PRICE}),
    Kind.LEAVES_BAND: Condition(Judged.TICK, {"low": _PRICE, "high": _PRICE}),
    Kind.MOVES: Condition(
        Judged.CLOSE,
        {
            "percent": Number(0.05, 50, 1),
            "bars": Number(1, 200, 1, whole=True),
            "direction": _DIRECTION,
        },
    ),
    Kind.VOLUME: Condition(
        Judged.CLOSE,
        {"multiple": Number(1.1, 50, 2), "minimum": Number(0, 1e9, 0, whole=True)},
    ),
    Kind.NEAR_LEVEL: Condition(
        Judged.CLOSE, {"distance": Number(0.05, 3, 0.3), "touches": _TOUCHES, "side": _SIDE}
    ),
    Kind.LEVEL_TOUCH: Condition(Judged.CLOSE, {"touches": _TOUCHES, "side": _SIDE}),
    Kind.LEVEL_BREAK: Condition(Judged.CLOSE, {"touches": _TOUCHES, "side": _SIDE}),
    Kind.LINE_TOUCH: Condition(Judged.CLOSE, {"side": _SIDE}),
    Kind.LINE_BREAK: Condition(Judged.CLOSE, {"side": _SIDE}),
    Kind.LINE_RETEST: Condition(Judged.CLOSE, {"side": _SIDE}),
    Kind.FRACTAL: Condition(Judged.CLOSE, {"direction": _DIRECTION}),
    Kind.RSI_CROSSES: Condition(
        Judged.CLOSE, {"level": Number(1, 99, 70), "direction": _DIRECTION}
    ),
    Kind.MACD_CROSSES: Condition(Judged.CLOSE, {"direction": _DIRECTION}),
    Kind.AVERAGES_CROSS: Condition(
        Judged.CLOSE,
        {
            "fast": Number(2, 200, 20, whole=True),
            "slow": Number(3, 200, 50, whole=True),
            "direction": _DIRECTION,
        },
    ),
}

# A threshold further away than this share of the price is a slip of the finger.
_FARTHEST = 0.9


def checked(kind: str, figures: Mapping[str, object], *, price: float) -> tuple[Kind, Figures]:
    """The kind and every figure as it is kept; what is left out takes its usual value.

    `price` is the market's last one. Raises Faulty with a sentence for every field at fault.
    """
    if kind not in CONDITIONS:
        raise Faulty({"kind": f"Choose one of: {', '.join(CONDITIONS)}."})
    wanted = CONDITIONS[Kind(kind)].figures
    problems = dict.fromkeys(figures.keys() - wanted, "This condition has no such figure.")
    kept: dict[str, Figure] = {}
    for name, asked in wanted.items():
        given = figures.get(name)
        try:
            kept[name] = (
                _chosen(asked, given) if isinstance(asked, Choice) else _number(asked, given, price)
            )
        except ValueError as wrong:
            problems[name] = str(wrong)
    problems |= {} if problems else _together(kept)
    if problems:
        raise Faulty(problems)
    return Kind(kind), kept


class Faulty(ValueError):
    """A condition that means nothing; `fields` has a sentence for each figure at fault."""

    def __init__(self, fields: Mapping[str, str]) -> None:
        super().__init__("; ".join(f"{name}: {why}" for name, why in fields.items()))
        self.fields = dict(fields)


def number(figures: Figures, name: str) -> float:
    return float(figures[name])


def _chosen(asked: Choice, given: object) -> str:
    chosen = asked.usual if given is None else given
    if chosen not in asked.offered:
        raise ValueError(f"Choose one of: {', '.join(asked.offered)}.")
    return str(chosen)


def _number(asked: Number, given: object, price: float) -> float:
    if given is None and not asked.price:
        return asked.usual
    if isinstance(given, bool) or not isinstance(given, int | float) or not math.isfinite(given):
        raise ValueError("Write a number.")
    if asked.price:
        least, most = price * (1 - _FARTHEST), price * (1 + 1 / (1 - _FARTHEST))
        if not least <= given <= most:
            raise ValueError(f"That is too far from the price now, {price:g}.")
    elif not asked.least <= given <= asked.most:
        raise ValueError(f"Write a number from {asked.least:g} to {asked.most:,g}.")
    if asked.whole and given != int(given):
        raise ValueError("Write a whole number.")
    return float(given)


def _together(kept: Figures) -> dict[str, str]:
    if "low" in kept and number(kept, "low") >= number(kept, "high"):
        return {"high": "The upper price must be above the lower one."}
    if "fast" in kept and number(kept, "fast") >= number(kept, "slow"):
        return {"slow": "The slow average must be the longer one."}
    return {}
