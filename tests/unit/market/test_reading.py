import pytest

from saas_app.core.errors import Unavailable
from saas_app.market import reading
from saas_app.market.board import Board
from saas_app.market.timeframes import Timeframe
from tests.support.scripted_market import ScriptedSource, at, candles

HOUR = 3600
FIRST = 1_790_000_000 // HOUR * HOUR
CHARTS = [("BTCUSD", "H1"), ("BTCUSD", "M5")]


class Broken(ScriptedSource):
    shut: tuple[Timeframe, ...] = (Timeframe.H1,)

    def since(self, symbol, timeframe, *, start, end):
        if timeframe in self.shut:
            raise OSError
        return super().since(symbol, timeframe, start=start, end=end)


def test_a_chart_that_cannot_be_read_holds_up_no_other_and_is_tried_again():
    source = Broken(candles([100.0, 101.0], first=FIRST))
    board, now = Board([source]), at(FIRST + 2 * HOUR)

    def read():
        found, missing = reading.rows(board, CHARTS, now=now, within=10)
        return [row.timeframe for row in found], missing

    source.shut = tuple(Timeframe)
    with pytest.raises(Unavailable):
        read()
    source.shut = (Timeframe.H1,)
    assert read() == (["M5"], 1)
    source.shut = ()
    assert read() == (["H1", "M5"], 0)
