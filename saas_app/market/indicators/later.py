"""Sloping lines that are worked out when somebody looks at them: most of a study's time goes into them."""

from typing import NamedTuple

from saas_app.market.bars import Floats
from saas_app.market.indicators import diagonal
from saas_app.market.indicators.diagonal import Event, Line
from saas_app.market.indicators.fractals import Fractal


class _Step(NamedTuple):
    bar: int
    atr: float
    confirmed: list[Fractal]


class LaterLines:
    """Fed like `diagonal.Lines` and, once looked at, the same: a step sees no candle after its own."""

    def __init__(self) -> None:
        self._lines = diagonal.Lines()
        self._steps: list[_Step] = []
        self._closes: Floats | None = None

    def step(self, index: int, closes: Floats, atr: float, confirmed: list[Fractal]) -> None:
        self._steps.append(_Step(index, atr, confirmed))
        self._closes = closes

    @property
    def drawn(self) -> list[Line]:
        return self._now().drawn

    @property
    def past(self) -> list[Line]:
        return self._now().past

    @property
    def events(self) -> list[Event]:
        return self._now().events

    def _now(self) -> diagonal.Lines:
        steps, self._steps = self._steps, []
        for bar, atr, confirmed in steps:
            assert self._closes is not None  # noqa: S101 - each step brought them
            self._lines.step(bar, self._closes, atr, confirmed)
        return self._lines
