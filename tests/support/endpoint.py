"""A stranger's HTTP endpoint on loopback: it remembers what came and answers as it is told to."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answer = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class Came:
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> dict[str, Any]:
        return json.loads(self.body)


@dataclass
class Endpoint:
    """`answers` are given first, in their order: a status, or what to do with the connection."""

    url: str = ""
    came: list[Came] = field(default_factory=list)
    answers: list[int | Answer] = field(default_factory=list)
    always: int | Answer = 200


def status(code: int, **headers: str) -> Answer:
    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(code)
        for name, value in {"Content-Length": "0", **headers}.items():
            request.send_header(name, value)
        request.end_headers()

    return answer


def said(words: Any) -> Answer:
    def answer(request: BaseHTTPRequestHandler) -> None:
        body = json.dumps(words).encode()
        status(200, **{"Content-Length": str(len(body))})(request)
        request.wfile.write(body)

    return answer


def endless(request: BaseHTTPRequestHandler) -> None:
    """A body of ten gigabytes, for whoever reads it."""
    status(200, **{"Content-Length": str(10 * 2**30)})(request)
    _as_long_as_somebody_reads(request, b"x" * 65_536, pause=0.0)


def trickle(request: BaseHTTPRequestHandler) -> None:
    """A header that never ends, a few bytes at a time."""
    request.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    _as_long_as_somebody_reads(request, b"x", pause=0.02)


def hang_up(request: BaseHTTPRequestHandler) -> None:
    request.close_connection = True


def _as_long_as_somebody_reads(
    request: BaseHTTPRequestHandler, piece: bytes, *, pause: float
) -> None:
    request.close_connection = True
    try:
        for _ in range(10_000):
            request.wfile.write(piece)
            time.sleep(pause)
    except OSError:
        return


@contextmanager
def listening() -> Iterator[Endpoint]:
    endpoint = Endpoint()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            endpoint.came.append(Came(self.path, headers, body))
            answer = endpoint.answers.pop(0) if endpoint.answers else endpoint.always
            (status(answer) if isinstance(answer, int) else answer)(self)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    endpoint.url = f"http://127.0.0.1:{server.server_port}/hook"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield endpoint
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
