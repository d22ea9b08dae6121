"""Sends each request to the REST edge or to the pages, by the first part of its path."""

from collections.abc import Sequence

from starlette.types import ASGIApp, Receive, Scope, Send


class Dispatch:
    """Paths below `prefixes` belong to `api`, unknown ones included; the rest are pages."""

    def __init__(self, pages: ASGIApp, *, api: ASGIApp, prefixes: Sequence[str]) -> None:
        self.pages = pages
        self.api = api
        self.prefixes = tuple(prefixes)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        ours = scope["type"] == "http" and self._ours(scope["path"])
        await (self.api if ours else self.pages)(scope, receive, send)

    def _ours(self, path: str) -> bool:
        return any(path == prefix or path.startswith(f"{prefix}/") for prefix in self.prefixes)
