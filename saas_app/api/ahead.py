"""Lets a few paths go ahead: past the framework of the pages, to the REST edge behind the boundary."""

from collections.abc import Collection

from starlette.types import ASGIApp, Receive, Scope, Send


class Ahead:
    """Requests for `paths` go straight to `door`; everything else, the start and the end too, to `app`."""

    def __init__(self, app: ASGIApp, *, door: ASGIApp, paths: Collection[str]) -> None:
        self.app = app
        self.door = door
        self.paths = paths

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        early = scope["type"] == "http" and scope["path"] in self.paths
        await (self.door if early else self.app)(scope, receive, send)
