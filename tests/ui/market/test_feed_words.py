"""What a page says of a feed: moving, or silent although its market trades."""

from datetime import UTC, datetime

import pytest

from saas_app.market import symbols
from saas_app.market.feeds.port import DataKind, Quote
from saas_app.market.movement import Movement
from saas_app.ui.pages.market import rows

NOW = datetime(2026, 11, 18, 14, 37, 22, tzinfo=UTC)


@pytest.mark.parametrize(
    ("silence", "words", "moves"),
    [(0, "Moving live", True), (120, "Moving live", True), (301, "No new price for 5 min", False)],
)
def test_a_feed_that_fell_silent_says_so_and_since_when(silence, words, moves):
    quote = Quote("EURUSD", 1.1, int(NOW.timestamp()) - silence, True, "live", DataKind.LIVE)
    market = symbols.everything()["EURUSD"]
    tick = rows.tick(market, Movement(quote, 1.0), NOW, "UTC")
    assert (tick.market, tick.is_open) == (words, moves)
    if silence == 120:
        assert rows.priced_at(quote, "Europe/Berlin") == "Price of 15:35:22"
