"""The field's classic indicators by TA-Lib, in its conventions (Wilder's smoothing); NaN while warming up."""

import talib

from saas_app.market.bars import Bars, Floats

RSI_PERIOD = 14
MACD_FAST, MACD_SLOW, MACD_SIGNAL = 12, 26, 9
VOLUME_PERIOD = 20
BAND_PERIOD, BAND_WIDTH = 20, 2.0  # in standard deviations of the population


def rsi(bars: Bars) -> Floats:
    """0 to 100."""
    return talib.RSI(bars.close, RSI_PERIOD)


def macd(bars: Bars) -> tuple[Floats, Floats, Floats]:
    """The line, its signal and their difference, in the price's unit."""
    return talib.MACD(bars.close, MACD_FAST, MACD_SLOW, MACD_SIGNAL)


def sma(bars: Bars, period: int) -> Floats:
    return talib.SMA(bars.close, period)


def ema(bars: Bars, period: int) -> Floats:
    """Begun with the simple average of the first `period` closes."""
    return talib.EMA(bars.close, period)


def bollinger(bars: Bars) -> tuple[Floats, Floats, Floats]:
    """The upper band, the simple average and the lower band."""
    return talib.BBANDS(bars.close, BAND_PERIOD, BAND_WIDTH, BAND_WIDTH)


def usual_volume(bars: Bars) -> Floats:
    """The mean volume of the candles before each one, itself left out."""
    mean = talib.SMA(bars.volume.astype("float64"), VOLUME_PERIOD)
    mean[1:] = mean[:-1]
    mean[:1] = float("nan")
    return mean
