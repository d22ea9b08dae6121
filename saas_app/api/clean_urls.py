"""Serves `/login` from `login.html` without a redirect, and says how long each file may be kept."""

from pathlib import Path

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from saas_app.api import csp

_FOR_EVER = "public, max-age=31536000, immutable"
_ASK_AGAIN = "no-cache"


class CleanUrls:
    """Around the static pages: hashed files are kept for ever, pages are asked for again."""

    def __init__(self, app: ASGIApp, build: Path = csp.BUILD) -> None:
        self.app = app
        self.pages = {
            f"/{page.relative_to(build).with_suffix('')}" for page in build.glob("**/*.html")
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] not in {"GET", "HEAD"}:
            await self.app(scope, receive, send)
            return
        path = scope["path"].rstrip("/") or "/"
        if path in self.pages:
            scope = {**scope, "path": f"{path}.html", "raw_path": f"{path}.html".encode()}
        await self.app(scope, receive, _kept(send, scope["path"]))


def _kept(send: Send, path: str) -> Send:
    async def wrapped(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            hashed = path.startswith("/assets/") and message["status"] == 200  # noqa: PLR2004 — OK
            headers.setdefault("cache-control", _FOR_EVER if hashed else _ASK_AGAIN)
        await send(message)

    return wrapped
