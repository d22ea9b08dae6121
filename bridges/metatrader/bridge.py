"""Pushes what a terminal knows: candles as they close, prices each second, a word every half minute.

`python bridge.py bridge.toml` on the computer where the terminal runs. Whatever fails is tried
again; the product says where candles go on, so nothing is remembered here.
"""

import importlib
import sys
import time
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pushing import Gap, Pusher, Refused
from terminal import STEP, NoTerminal, Terminal, Tick, WrongZone, Zone

SOURCE = "mt5"
VERSION = "tidemark-bridge 1"
_AT_ONCE = 2000 * STEP  # seconds of candles in one message
_SETTLED_SECONDS = 2  # the terminal finishes a candle a moment after its end
_STATUS_SECONDS = 30
_AFTER_TROUBLE_SECONDS = 5


@dataclass
class Bridge:
    """`symbols` maps the product's names to the broker's; `depth` is in seconds."""

    terminal: Terminal
    pusher: Pusher
    symbols: Mapping[str, str]
    depth: int
    instrument: str = ""
    told: dict[str, int] = field(default_factory=dict[str, int])
    seen: dict[str, Tick] = field(default_factory=dict[str, Tick])
    said_at: int = 0

    def turn(self, now: int) -> None:
        """One look at everything. Raises NoTerminal, Refused and OSError; the next turn goes on."""
        if now - self.said_at >= _STATUS_SECONDS:
            self.status(now)
        if not self.terminal.connected:
            return
        end = (now - _SETTLED_SECONDS) // STEP * STEP
        for symbol, name in self.symbols.items():
            if self.told.get(symbol, 0) < end:
                self._candles(symbol, name, end)
        self._prices(now)

    def status(self, now: int, said: str = "") -> None:
        self.said_at = now
        state = {
            "source": SOURCE,
            "connected": not said and self.terminal.connected,
            "program": VERSION,
            "instrument": self.instrument[:200],
            "said": said[:500],
        }
        self.pusher.push("status", state)

    def _candles(self, symbol: str, name: str, end: int) -> None:
        begin = self.told.get(symbol) or (end - self.depth) // STEP * STEP
        while begin < end:
            until = min(end, begin + _AT_ONCE)
            bars = [bar._asdict() for bar in self.terminal.bars(name, begin, until)]
            span = {"source": SOURCE, "symbol": symbol, "begin": begin, "until": until}
            try:
                self.pusher.push("bars", {**span, "bars": bars})
            except Gap as gap:
                # The tape ends before these, or begins after them: either way it goes on there.
                until = min(gap.until, end)
            begin = self.told[symbol] = until

    def _prices(self, now: int) -> None:
        fresh: list[dict[str, Any]] = []
        for symbol, name in self.symbols.items():
            tick = self.terminal.tick(name)
            if tick is not None and tick.at <= now and tick != self.seen.get(symbol):
                self.seen[symbol] = tick
                fresh.append({"symbol": symbol, "at": tick.at, "price": tick.price})
        if fresh:
            self.pusher.push("ticks", {"source": SOURCE, "ticks": fresh})


def main(path: str) -> None:
    given = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    terminal = Terminal(importlib.import_module("MetaTrader5"), Zone(given["zone"]))
    bridge = Bridge(
        terminal,
        Pusher(given["address"], given["secret"]),
        given["symbols"],
        int(given.get("days", 30)) * 86400,
    )
    ready = False
    while True:
        now = int(time.time())
        try:
            if not ready:
                bridge.instrument = terminal.connect(**given.get("login", {}))
                terminal.check_zone(next(iter(bridge.symbols.values())), now)
                ready = True
            bridge.turn(now)
        except (NoTerminal, WrongZone, Refused, OSError) as trouble:
            print(trouble, file=sys.stderr, flush=True)
            ready = ready and not isinstance(trouble, (NoTerminal, WrongZone))
            _tell(bridge, now, str(trouble))
            time.sleep(_AFTER_TROUBLE_SECONDS)
        time.sleep(1)


def _tell(bridge: Bridge, now: int, said: str) -> None:
    try:
        bridge.status(now, said)
    except (Refused, OSError) as silent:
        print(f"The product could not be told: {silent}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "bridge.toml")
