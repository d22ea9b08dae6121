"""Reflex's websocket protocol in a few lines: what anybody with a script can send to the product."""

import contextlib
import json
import time
from http.cookies import SimpleCookie
from typing import Any

from simple_websocket import Client, ConnectionClosed

HYDRATE = "reflex___state____state.hydrate_and_load"


class Tab:
    """One open page, or somebody who pretends to be one. Collects every delta it is sent."""

    def __init__(
        self, url: str, *, token: str, cookie: str = "", origin: str | None = None, path: str = "/"
    ) -> None:
        address = url.replace("http", "ws", 1)
        headers = {"Cookie": cookie} if cookie else {}
        if origin is not None:
            headers["Origin"] = origin
        self.path = path
        self.state: dict[str, dict[str, Any]] = {}
        self.frames: list[str] = []
        self.socket = Client(
            f"{address}/_event/?EIO=4&transport=websocket&token={token}", headers=headers
        )
        # Sent before the greeting is read: this client drops a frame that came with the handshake
        # until the next one arrives.
        self.socket.send("40/_event,")
        self._until(lambda frame: frame.startswith("40/_event"))

    def hydrate(self) -> "Tab":
        return self.send(HYDRATE)

    def send(self, name: str, **payload: Any) -> "Tab":
        """One event, and everything it answers within a moment."""
        event = {
            "name": name,
            "payload": payload,
            "router_data": {"pathname": self.path, "asPath": self.path, "query": {}},
        }
        self.socket.send(f"42/_event,{json.dumps(['event', event])}")
        return self.listen()

    def listen(self, quiet: float = 0.5) -> "Tab":
        """Collect until nothing came for `quiet` seconds."""
        while (frame := self._receive(quiet)) is not None:
            self._take(frame)
        return self

    def until(self, true, within: float = 10.0) -> "Tab":
        deadline = time.monotonic() + within
        while not true(self):
            left = deadline - time.monotonic()
            assert left > 0, f"never happened; last frames: {self.frames[-3:]}"
            if (frame := self._receive(left)) is not None:
                self._take(frame)
        return self

    def var(self, state: str, name: str) -> Any:
        """A var by the state's class name, as the browser would show it; None when never sent."""
        for full_name, values in self.state.items():
            if full_name.endswith(f"____{state}"):
                for key, value in values.items():
                    if key.removesuffix("_rx_state_") == name:
                        return value
        return None

    @property
    def text(self) -> str:
        return "\n".join(self.frames)

    def close(self) -> None:
        with contextlib.suppress(ConnectionClosed):
            self.socket.close()
        self.socket.thread.join(5)
        self.socket.sock.close()

    def _take(self, frame: str) -> None:
        self.frames.append(frame)
        if not frame.startswith("42/_event,"):
            return
        kind, *rest = json.loads(frame.removeprefix("42/_event,"))
        if kind != "event":
            return
        update = json.loads(rest[0]) if isinstance(rest[0], str) else rest[0]
        for name, values in (update.get("delta") or {}).items():
            self.state.setdefault(name, {}).update(values)

    def _receive(self, within: float) -> str | None:
        try:
            frame = self.socket.receive(timeout=within)
        except ConnectionClosed:
            return None
        if frame == "2":  # engine.io asks whether we are alive
            self.socket.send("3")
            return self._receive(within)
        return frame

    def _until(self, true) -> None:
        for _ in range(20):
            frame = self._receive(5)
            if frame is None:
                self.close()
                raise ConnectionRefusedError("the server closed the socket")
            if true(frame):
                return


def cookie_pair(set_cookies: list[str]) -> str:
    jar: SimpleCookie = SimpleCookie()
    for each in set_cookies:
        jar.load(each)
    return "; ".join(f"{name}={morsel.value}" for name, morsel in jar.items())
