"""`/api/v1/…` names everything that is below `/api/…`; the two answer alike."""

from starlette.types import ASGIApp, Receive, Scope, Send

PLAIN = "/api/"
VERSIONED = "/api/v1/"


def plain(path: str) -> str:
    """The address our own routes have; a path of no version is its own."""
    return f"{PLAIN}{path.removeprefix(VERSIONED)}" if path.startswith(VERSIONED) else path


def versioned(path: str) -> str:
    """The address under which programs are told to call it."""
    return f"{VERSIONED}{path.removeprefix(PLAIN)}" if path.startswith(PLAIN) else path


class Versions:
    """Around the REST edge: a versioned address is turned into ours before anything looks at it."""

    def __init__(self, api: ASGIApp) -> None:
        self.api = api

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"].startswith(VERSIONED):
            path = plain(scope["path"])
            scope = {**scope, "path": path, "raw_path": path.encode()}
        await self.api(scope, receive, send)
