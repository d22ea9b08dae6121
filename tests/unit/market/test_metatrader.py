"""The MetaTrader bridge against a double that answers in the module's own structured rows."""

import base64
import hashlib
import importlib
import sys
from datetime import UTC, datetime
from types import SimpleNamespace

import numpy as np
import pytest

from saas_app.market.ingest import signature
from tests.support.sandbox_process import ROOT

RATES = np.dtype([
    ("time", "<i8"), ("open", "<f8"), ("high", "<f8"), ("low", "<f8"), ("close", "<f8"),
    ("tick_volume", "<u8"), ("spread", "<i4"), ("real_volume", "<u8"),
])  # fmt: skip
SECRET = "whsec_" + base64.b64encode(hashlib.sha256(b"bridge").digest()).decode()
NOW = int(datetime(2026, 7, 15, 12, 2, 0, tzinfo=UTC).timestamp())  # 15:02 at the broker
SHIFT = 3 * 3600


@pytest.fixture
def parts(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "bridges" / "metatrader"))
    names = ("terminal", "pushing", "bridge")
    yield SimpleNamespace(**{name: importlib.import_module(name) for name in names})
    for name in names:
        del sys.modules[name]


class Module:
    """Broker time written as if it were UTC; the last row is still forming."""

    TIMEFRAME_M5 = 5

    def __init__(self):
        self.answering = True
        self.shift = SHIFT

    def initialize(self, **_login):
        return self.answering

    def last_error(self):
        return (-10005, "IPC timeout")

    def account_info(self):
        return SimpleNamespace(company="Broker Ltd", server="Broker-Demo")

    def terminal_info(self):
        return SimpleNamespace(connected=True)

    def symbol_select(self, name, _on):
        return name == "EURUSD.x"

    def copy_rates_range(self, _name, _frame, first, last):
        if not self.answering:
            return None
        opens = np.arange(0, NOW + self.shift + 300, 300)
        opens = opens[(opens >= first.timestamp()) & (opens <= last.timestamp())]
        rows = np.zeros(len(opens), dtype=RATES)
        rows["time"], rows["tick_volume"] = opens, 9
        rows["open"] = rows["close"] = 1.1
        rows["high"], rows["low"] = 1.2, 1.0
        return rows

    def symbol_info_tick(self, _name):
        return SimpleNamespace(time=NOW + self.shift - 1, bid=1.15, last=0.0)


@pytest.fixture
def module():
    return Module()


@pytest.fixture
def terminal(parts, module):
    return parts.terminal.Terminal(module, parts.terminal.Zone("New York + 7"))


class Product:
    """Keeps what is pushed; its tape ends where the test says."""

    def __init__(self, gap, ends=()):
        self.gap, self.ends, self.came = gap, list(ends), []

    def push(self, kind, message):
        self.came.append((kind, message))
        if kind == "bars" and self.ends:
            raise self.gap(self.ends.pop(0))
        return {}


def test_candles_come_in_utc_without_the_forming_one(terminal):
    begin, end = NOW - 1200 - 120, NOW // 300 * 300
    bars = terminal.bars("EURUSD.x", begin, end)
    assert [bar.time for bar in bars] == list(range(end - 1200, end, 300))
    assert bars[0] == (end - 1200, 1.1, 1.2, 1.0, 1.1, 9)
    assert terminal.tick("EURUSD.x") == (NOW - 1, 1.15)


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("New York + 7", (2026, 1, 15), 2),
        ("New York + 7", (2026, 3, 15), 3),  # New York's clocks have changed, Europe's have not
        ("Europe/Athens", (2026, 3, 15), 2),
        ("UTC", (2026, 7, 15), 0),
    ],
)
def test_the_brokers_clock_both_ways(parts, zone, day, hours):
    broker, utc = parts.terminal.Zone(zone), int(datetime(*day, 12, tzinfo=UTC).timestamp())
    assert broker.to_broker(utc) == utc + hours * 3600
    assert broker.to_utc(broker.to_broker(utc)) == utc


def test_an_hour_that_comes_twice_comes_once(parts, module):
    terminal = parts.terminal.Terminal(module, parts.terminal.Zone("Europe/Athens"))
    night = int(datetime(2025, 10, 26, tzinfo=UTC).timestamp())
    times = [bar.time for bar in terminal.bars("EURUSD.x", night, night + 6 * 3600)]
    assert times == sorted(set(times))


def test_what_the_terminal_refuses_is_said_in_its_own_words(parts, terminal, module):
    with pytest.raises(parts.terminal.NoTerminal, match="symbol_select"):
        terminal.tick("NOPE")
    module.answering = False
    with pytest.raises(parts.terminal.NoTerminal, match=r"IPC timeout \(-10005\)"):
        terminal.bars("EURUSD.x", NOW - 600, NOW)
    with pytest.raises(parts.terminal.NoTerminal, match="initialize"):
        terminal.connect()


@pytest.mark.parametrize("hours", [2, 4, 0])
def test_a_wrong_zone_is_found_before_anything_is_sent(parts, terminal, module, hours):
    terminal.check_zone("EURUSD.x", NOW)
    module.shift = hours * 3600
    with pytest.raises(parts.terminal.WrongZone):
        terminal.check_zone("EURUSD.x", NOW)


def spans(product):
    return [(m["begin"], m["until"], len(m["bars"])) for kind, m in product.came if kind == "bars"]


def test_a_turn_sends_candles_prices_and_a_word_each_once(parts, terminal):
    product = Product(parts.pushing.Gap)
    bridge = parts.bridge.Bridge(terminal, product, {"EURUSD": "EURUSD.x"}, 3600, "Broker Ltd")
    bridge.turn(NOW)
    bridge.turn(NOW + 1)
    end = NOW // 300 * 300
    assert spans(product) == [(end - 3600, end, 12)]
    assert [kind for kind, _ in product.came] == ["status", "bars", "ticks"]
    assert product.came[0][1]["instrument"] == "Broker Ltd"
    assert product.came[2][1]["ticks"] == [{"symbol": "EURUSD", "at": NOW - 1, "price": 1.15}]


def test_after_a_gap_it_goes_on_where_the_tape_ends(parts, terminal):
    end = NOW // 300 * 300
    product = Product(parts.pushing.Gap, [end - 7200])
    bridge = parts.bridge.Bridge(terminal, product, {"EURUSD": "EURUSD.x"}, 3600)
    bridge.turn(NOW)
    assert spans(product) == [(end - 3600, end, 12), (end - 7200, end, 24)]


def test_the_product_believes_its_signature(parts):
    pusher = parts.pushing.Pusher("http://127.0.0.1:1", SECRET, lambda: NOW)
    at = datetime.fromtimestamp(NOW, UTC)
    assert signature.checked(pusher.signed("m1", b"{}"), b"{}", [SECRET], now=at) == "m1"
    with pytest.raises(signature.BadSignature):
        signature.checked(pusher.signed("m1", b"{}"), b"{ }", [SECRET], now=at)
