"""The field's classic indicators by TA-Lib, in its conventions (Wilder's smoothing); NaN while warming up."""

import talib

from saas_app.market.bars import Bars, Floats

RSI_PERIOD = 14
MACD_FAST, MACD_SLOW, MACD_SIGNAL = 12, 26, 9
BANDS_PERIOD, BANDS_WIDTH = 20, 2.0
VOLUME_PERIOD = 20
# Candles after which a smoothed value no longer depends on where its history began.
SETTLED = 250


def rsi(bars: Bars, period: int = RSI_PERIOD) -> Floats:
    """0 to 100."""
    return talib.RSI(bars.close, period)


def macd(bars: Bars) -> tuple[Floats, Floats, Floats]:
    """The line, its signal and their difference, in the price's unit."""
    return talib.MACD(bars.close, MACD_FAST, MACD_SLOW, MACD_SIGNAL)


def sma(bars: Bars, period: int) -> Floats:
    return talib.SMA(bars.close, period)


def ema(bars: Bars, period: int) -> Floats:
    return talib.EMA(bars.close, period)


def bollinger(bars: Bars) -> tuple[Floats, Floats, Floats]:
    """Upper, middle and lower band."""
    return talib.BBANDS(bars.close, BANDS_PERIOD, BANDS_WIDTH, BANDS_WIDTH)


def usual_volume(bars: Bars) -> Floats:
    """The mean volume of the candles before each one, itself left out."""
    mean = talib.SMA(bars.volume.astype("float64"), VOLUME_PERIOD)
    mean[1:] = mean[:-1]
    mean[:1] = float("nan")
    return mean
