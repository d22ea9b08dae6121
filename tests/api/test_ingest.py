"""What bridges push: only what is signed, each message once, and a word about what is wrong."""

import json
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlmodel import select

from saas_app.core import clock
from saas_app.core.db import snapshot, transaction
from saas_app.market.feeds.stored import StoredSource
from saas_app.market.ingest import taking
from saas_app.market.ingest.models import FeedStatus, IngestMessage, IngestQuarantine, OwnLine
from saas_app.market.timeframes import BASE
from saas_app.notifications.channels import webhook

START = 1_800_000_000 - 1_800_000_000 % 86_400
NOW = datetime.fromtimestamp(START + 910, UTC)
OLD, NEW = webhook.new_secret(), webhook.new_secret()
BAR = {"time": START, "open": 1.1, "high": 1.2, "low": 1.0, "close": 1.15, "volume": 7}
BARS = {"source": "mt5", "symbol": "EURUSD", "begin": START, "until": START + 300, "bars": [BAR]}
TICK = {"symbol": "EURUSD", "at": START + 905, "price": 1.17}


@pytest.fixture
def bridge(web, configured):
    configured.ingest_secrets = [NEW, OLD]

    def send(kind, message, *, ident="msg_1", secret=NEW, at=NOW, tamper=b"", drop=(), stamp=""):
        body = message if isinstance(message, bytes) else json.dumps(message).encode()
        headers = {**webhook.signed(secret, ident, body, at=at)}
        headers |= {"webhook-timestamp": stamp} if stamp else {}
        for name in drop:
            del headers[name]
        return web.post(f"/api/ingest/{kind}", content=body + tamper, headers=headers)

    with time_machine.travel(NOW, tick=False):
        yield send


def count(table):
    with snapshot() as session:
        return len(session.exec(select(table)).all())


def test_candles_come_in_and_are_answered(bridge):
    assert bridge("bars", BARS).json()["added"] == 1
    found = StoredSource("mt5").history("EURUSD", BASE, end=NOW, count=5)
    assert found.at(0) == tuple(BAR.values())
    assert bridge("ticks", {"source": "mt5", "ticks": [TICK]}, ident="msg_2").json()["taken"] == 1
    assert StoredSource("mt5").quote("EURUSD", now=NOW).price == 1.17


@pytest.mark.db
def test_a_message_told_again_is_taken_once(bridge):
    sums = {"source": "ccxt", "liquidations": [{"symbol": "BTCUSD", "at": START, "amount": 50.0}]}
    assert bridge("ticks", sums).json() == {"repeated": False, "taken": 0}
    assert bridge("ticks", sums).json()["repeated"] is True
    assert bridge("ticks", sums, secret=OLD, at=NOW - timedelta(seconds=200)).json()["repeated"]
    assert StoredSource("ccxt").liquidations("BTCUSD", now=NOW) == 50.0
    assert bridge("bars", BARS, ident="msg_2").json()["added"] == 1
    assert bridge("bars", BARS, ident="msg_3").json() == {
        "repeated": False, "added": 0, "known": 1, "different": 0, "late": 0,
    }  # fmt: skip
    with time_machine.travel(NOW + timedelta(minutes=20)), transaction() as session:
        assert taking.purge(session, clock.wall()) == 3
    assert count(IngestMessage) == 0


@pytest.mark.parametrize(
    "how",
    [
        {"secret": "whsec_" + "A" * 43 + "="},
        {"tamper": b" "},
        {"at": NOW - timedelta(seconds=301)},
        {"at": NOW + timedelta(seconds=301)},
        {"stamp": "999999999999"},
        {"ident": "x" * 101},
        {"drop": ["webhook-signature"]},
        {"drop": ["webhook-timestamp"]},
        {"drop": ["webhook-id"]},
    ],
)
def test_what_is_not_signed_for_now_is_not_kept(bridge, how):
    answer = bridge("bars", BARS, **how)
    assert (answer.status_code, answer.json()["code"]) == (401, "bad_signature")
    assert (count(IngestMessage), count(IngestQuarantine)) == (0, 0)


def test_without_secrets_the_door_is_shut(bridge, configured):
    configured.ingest_secrets = []
    assert bridge("bars", BARS).status_code == 401


FUTURE = START + 7500
WRONG = [
    ("bars", b"{", "body"),
    ("bars", b"[" * 100_000, "body"),
    ("bars", {**BARS, "bars": [{**BAR, "low": 1.12}]}, "bars.0"),
    ("bars", {**BARS, "bars": [{**BAR, "close": -1}]}, "bars.0.close"),
    ("bars", {**BARS, "bars": [{**BAR, "time": START + 1}]}, "bars.0.time"),
    ("bars", {**BARS, "bars": [BAR, BAR]}, "body"),
    ("bars", {**BARS, "until": FUTURE}, "until"),
    ("bars", {**BARS, "symbol": "DOGE"}, "symbol"),
    ("bars", {**BARS, "source": "ccxt"}, "symbol"),
    ("bars", {**BARS, "source": "demo"}, "source"),
    ("ticks", {"source": "mt5", "ticks": [TICK, {**TICK, "at": FUTURE}]}, "ticks.1.at"),
    ("ticks", b'{"source": "mt5", "ticks": [{"price": NaN}]}', "ticks.0.price"),
    ("status", {"source": "mt5", "connected": True, "said": "a\0b"}, "said"),
]


@pytest.mark.parametrize(("kind", "message", "field"), WRONG)
def test_what_cannot_be_used_names_the_field_and_is_put_aside(bridge, kind, message, field):
    answer = bridge(kind, message)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    assert field in answer.json()["fields"]
    assert (count(IngestMessage), count(IngestQuarantine)) == (0, 1)
    with snapshot() as session:
        aside = session.exec(select(IngestQuarantine)).one()
    assert aside.kind == kind
    assert field in aside.why


@pytest.mark.db
def test_a_hole_is_refused_with_where_to_go_on_and_can_be_sent_again(bridge):
    bridge("bars", BARS)
    later = {**BARS, "begin": START + 600, "until": START + 900, "bars": []}
    answer = bridge("bars", later, ident="msg_2")
    assert (answer.status_code, answer.json()["code"]) == (409, "gap")
    assert answer.json()["until"] == START + 300
    bridge("bars", {**later, "begin": START + 300, "until": START + 600}, ident="msg_3")
    assert bridge("bars", later, ident="msg_2").status_code == 200


@pytest.mark.db
def test_the_operators_own_lines_are_kept_beside_ours(bridge):
    line = {"source": "mt5", "symbol": "EURUSD", "timeframe": "M5", "name": "Fractal lines 0"}
    points = [{"time": START, "value": 1.1}, {"time": START + 300, "value": 1.2}]
    assert bridge("indicators", {**line, "points": points}).json()["taken"] == 2
    moved = [{"time": START, "value": 1.3}]
    assert bridge("indicators", {**line, "points": moved}, ident="msg_2").json()["taken"] == 1
    with snapshot() as session:
        rows = session.exec(select(OwnLine).order_by(OwnLine.time)).all()
    assert [(row.time, row.value) for row in rows] == [(START, 1.3), (START + 300, 1.2)]
    forming = [{"time": START + 900, "value": 1.3}]
    refused = bridge("indicators", {**line, "points": forming}, ident="msg_3")
    assert "points.0.time" in refused.json()["fields"]


@pytest.mark.db
def test_a_bridge_says_how_it_is(bridge):
    said = {"source": "mt5", "connected": False, "program": "bridge 1", "said": "no terminal"}
    assert bridge("status", said).status_code == 200
    with snapshot() as session:
        kept = session.get_one(FeedStatus, "mt5")
    assert (kept.connected, kept.said, kept.heard_at) == (False, "no terminal", NOW)
    bridge("bars", BARS, ident="msg_2")
    with snapshot() as session:
        kept = session.get_one(FeedStatus, "mt5")
    assert (kept.connected, kept.program) == (True, "bridge 1")


def test_quarantine_has_an_end(bridge, monkeypatch):
    monkeypatch.setattr(taking, "_MOST_KEPT", 2)
    for number in range(4):
        bridge("bars", b"\0garbage %d" % number, ident=f"msg_{number}")
    with snapshot() as session:
        kept = session.exec(select(IngestQuarantine.body)).all()
    assert [body[-1] for body in kept] == ["2", "3"]


def test_staff_see_how_the_feeds_are(bridge, web, staff):
    bridge("status", {"source": "mt5", "connected": True, "instrument": "Broker Ltd"})
    bridge("bars", BARS, ident="msg_2")
    bridge("bars", b"garbage", ident="msg_3")
    seen = web.get("/api/admin/feeds", headers=staff).json()
    (feed,) = seen["feeds"]
    assert (feed["source"], feed["instrument"], seen["quarantined"]) == ("mt5", "Broker Ltd", 1)
    (market,) = feed["markets"]
    until = datetime.fromisoformat(market["until"])
    assert (market["symbol"], until.timestamp()) == ("EURUSD", START + 300)
