"""How far a demo price went between two seconds, against the seconds themselves."""

from datetime import UTC, datetime

import pytest

from saas_app.market.feeds.demo import DemoSource

SOURCE = DemoSource()
OPENING = 1_800_000_000 - 1_800_000_000 % 300 + 43_200


def price(second):
    quote = SOURCE.quote("BTCUSD", now=datetime.fromtimestamp(second, UTC))
    assert quote is not None
    return quote.price


@pytest.mark.parametrize(("after", "until"), [(0, 1), (0, 299), (17, 18), (17, 140), (298, 299)])
def test_it_is_the_lowest_and_highest_of_the_seconds_in_between(after, until):
    seen = [price(OPENING + second) for second in range(after + 1, until + 1)]
    found = SOURCE.extremes("BTCUSD", after=OPENING + after, until=OPENING + until)
    assert found == (min(seen), max(seen))


def test_nothing_in_between_is_nothing():
    assert SOURCE.extremes("BTCUSD", after=OPENING + 50, until=OPENING + 50) is None
