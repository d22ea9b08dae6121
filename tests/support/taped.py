"""A live source filled as a feed would fill it."""

from saas_app.core.db import transaction
from saas_app.market.bars import Bar, Bars
from saas_app.market.tape import writing
from saas_app.market.tape.writing import Price

SOURCE = "mt5"


def flat(time, price=100.0, **more) -> Bar:
    return Bar(time, price, *[more.get(k, price) for k in ("high", "low", "close")], 10)


def rows(bars: Bars) -> list[Bar]:
    return [bars.at(index) for index in range(len(bars))]


def push(given, symbol="BTCUSD", *, begin=None, until=None, source=SOURCE):
    begin = given[0].time if begin is None else begin
    until = given[-1].time + 300 if until is None else until
    with transaction() as session:
        return writing.bars(session, source, symbol, given, begin=begin, until=until)


def tick(at, price, symbol="BTCUSD", volume=1.0, source=SOURCE):
    with transaction() as session:
        return writing.prices(session, source, symbol, [Price(at, price, volume)])
