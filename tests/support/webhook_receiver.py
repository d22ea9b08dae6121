"""An endpoint that listens on loopback and remembers what it was sent."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Delivery:
    body: bytes
    signature: str
    at: float

    @property
    def event(self) -> dict[str, Any]:
        return json.loads(self.body)


@dataclass
class Receiver:
    url: str = ""
    received: list[Delivery] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    on_delivery: Callable[[Delivery], None] | None = None

    def types(self) -> list[str]:
        return [each.event["type"] for each in self.received]

    def wait_for(self, count: int, within: float = 5.0) -> list[Delivery]:
        give_up = time.monotonic() + within
        while len(self.received) < count:
            assert time.monotonic() < give_up, f"only {len(self.received)} of {count} came"
            time.sleep(0.005)
        return self.received


@contextmanager
def receiving() -> Iterator[Receiver]:
    """Listen; `answers` are status codes to give first, 200 after that."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            delivery = Delivery(body, self.headers["Stripe-Signature"], time.time())
            if receiver.on_delivery:
                receiver.on_delivery(delivery)
            receiver.received.append(delivery)
            self.send_response(receiver.answers.pop(0) if receiver.answers else 200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    class Server(ThreadingHTTPServer):
        request_queue_size = 128

    server = Server(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    receiver.url = f"http://127.0.0.1:{server.server_port}/hook"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
