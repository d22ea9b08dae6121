"""Posts to an address that a customer chose, and never to anything inside a network of ours.

The name is resolved once, every answer is checked, and the connection goes to a checked address
itself, so a name that means something else a moment later (DNS rebinding) gains nothing. Host
header and certificate still go by the name. Redirects are not followed, and of the answer nothing
but its status is read: what a stranger's server says must not reach anybody through us.
"""

import socket
import ssl
import time
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any
from urllib.parse import SplitResult, urlsplit

import httpcore

from saas_app.core.errors import Unavailable
from saas_app.core.texts import text
from saas_app.notifications.channels import addresses

SECONDS = 5.0
LONGEST_URL = 2048
_PORT = 443


class Refused(Exception):
    """This address is never called: retrying cannot help. The words are for whoever chose it."""


def checked(url: str, *, loopback: bool = False) -> httpcore.URL:
    """The address in its parts, as no second parser can read them otherwise. Raises Refused.

    `loopback` also lets this machine be called, without TLS and on any port: for a laptop alone.
    """
    split, host, port = _parts(url)
    allowed = {"https", "http"} if loopback else {"https"}
    if split.scheme not in allowed:
        raise Refused(text("outbound.https"))
    if addresses.is_odd(host) or split.username is not None or split.password is not None:
        raise Refused(text("outbound.odd"))
    if port not in {None, _PORT} and not loopback:
        raise Refused(text("outbound.port"))
    target = (split.path or "/") + (f"?{split.query}" if split.query else "")
    return httpcore.URL(
        scheme=split.scheme.encode(), host=host.encode(), port=port, target=target.encode()
    )


def post(url: str, body: bytes, headers: Mapping[str, str], *, loopback: bool = False) -> int:
    """The status of the answer. Raises Refused, and Unavailable where nobody answers in time.

    The whole call has five seconds, however its parts are spun out.
    """
    target = checked(url, loopback=loopback)
    ends_at = time.monotonic() + SECONDS
    # httpcore leaves the brackets of an IPv6 address away.
    sent = {
        **headers,
        "Host": urlsplit(url).netloc,
        "Accept-Encoding": "identity",
        "Connection": "close",
    }
    guarded = _Guarded(ends_at, loopback=loopback)
    try:
        with (
            httpcore.ConnectionPool(ssl_context=_tls(), network_backend=guarded) as pool,
            pool.stream(
                "POST",
                target,
                headers=[(name.encode(), value.encode()) for name, value in sent.items()],
                content=body,
                extensions={"timeout": dict.fromkeys(("connect", "read", "write"), SECONDS)},
            ) as answer,
        ):
            return answer.status
    except httpcore.TimeoutException as late:
        raise Unavailable(text("outbound.late", seconds=int(SECONDS))) from late
    except (httpcore.NetworkError, httpcore.ProtocolError, ssl.SSLError, OSError) as gone:
        raise Unavailable(text("outbound.gone", why=type(gone).__name__)) from gone


def _parts(url: str) -> tuple[SplitResult, str, int | None]:
    # urlsplit quietly drops tabs and line breaks; another program might not.
    if len(url) > LONGEST_URL or not url.isascii() or not url.isprintable():
        raise Refused(text("outbound.odd"))
    if any(mark in url for mark in ' "<>\\^`{|}#'):
        raise Refused(text("outbound.odd"))
    try:
        split = urlsplit(url)
        host, port = split.hostname or "", split.port
    except ValueError as broken:
        raise Refused(text("outbound.odd")) from broken
    return split, host, port


def resolved(host: str, port: int, *, loopback: bool) -> list[str]:
    """Every address of the name, all of them outside. Raises Refused, Unavailable."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except socket.gaierror as unknown:
        raise Unavailable(text("outbound.unknown")) from unknown
    except UnicodeError as broken:
        raise Refused(text("outbound.odd")) from broken
    there = list(dict.fromkeys(str(each[4][0]) for each in found))
    # One inside is enough: who mixes them in wants to get in.
    if not all(addresses.is_outside(each, loopback=loopback) for each in there):
        raise Refused(text("outbound.inside"))
    return there


class _Guarded(httpcore.NetworkBackend):
    """Opens connections to checked addresses only."""

    def __init__(self, ends_at: float, *, loopback: bool) -> None:
        self._plain = httpcore.SyncBackend()
        self._ends_at = ends_at
        self._loopback = loopback

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002 — httpcore's signature; one end counts for all
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        trouble: Exception = httpcore.ConnectError(host)
        for address in resolved(host, port, loopback=self._loopback):
            try:
                opened = self._plain.connect_tcp(
                    address, port, _left(self._ends_at), local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as closed:
                trouble = closed
            else:
                return _Timed(opened, self._ends_at)
        raise trouble

    def connect_unix_socket(self, *_: Any, **__: Any) -> httpcore.NetworkStream:
        raise Refused(text("outbound.inside"))


class _Timed(httpcore.NetworkStream):
    """A connection with one end for everything: a byte every few seconds keeps nobody waiting."""

    def __init__(self, inner: httpcore.NetworkStream, ends_at: float) -> None:
        self._inner = inner
        self._ends_at = ends_at

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002 — as above
        return self._inner.read(max_bytes, _left(self._ends_at))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002 — as above
        self._inner.write(buffer, _left(self._ends_at))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002 — httpcore's signature; one end counts for all
    ) -> httpcore.NetworkStream:
        secured = self._inner.start_tls(ssl_context, server_hostname, _left(self._ends_at))
        return _Timed(secured, self._ends_at)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


def _left(ends_at: float) -> float:
    left = ends_at - time.monotonic()
    if left <= 0:
        raise httpcore.ReadTimeout
    return left


@cache
def _tls() -> ssl.SSLContext:
    return httpcore.default_ssl_context()
