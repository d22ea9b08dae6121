"""The indicators a chart can draw: each by its name, where it is drawn, and the lines it consists of."""

from collections.abc import Callable, Mapping
from typing import Literal, NamedTuple

from saas_app.market.bars import Bars, Floats
from saas_app.market.indicators import atr, oscillators

Pane = Literal["price", "own"]  # over the candles, or below them on a scale of its own


class Indicator(NamedTuple):
    """`of` gives one column per line, as long as the candles; NaN while warming up."""

    name: str
    pane: Pane
    lines: tuple[str, ...]
    of: Callable[[Bars], tuple[Floats, ...]]


def _sma(period: int) -> Indicator:
    return Indicator(
        f"sma_{period}", "price", ("average",), lambda bars: (oscillators.sma(bars, period),)
    )


def _ema(period: int) -> Indicator:
    return Indicator(
        f"ema_{period}", "price", ("average",), lambda bars: (oscillators.ema(bars, period),)
    )


INDICATORS: Mapping[str, Indicator] = {
    one.name: one
    for one in (
        _sma(20),
        _sma(50),
        _sma(200),
        _ema(20),
        _ema(50),
        _ema(200),
        Indicator("bollinger_20_2", "price", ("upper", "middle", "lower"), oscillators.bollinger),
        Indicator("rsi_14", "own", ("rsi",), lambda bars: (oscillators.rsi(bars),)),
        Indicator("macd_12_26_9", "own", ("macd", "signal", "histogram"), oscillators.macd),
        Indicator("atr_14", "own", ("atr",), lambda bars: (atr.wilder(bars),)),
    )
}
