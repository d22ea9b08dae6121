"""Searching customers, subscriptions, invoices and the rest; pages go on by a token."""

from sandbox import errors, render
from sandbox.api.endpoint import Endpoint, Handler
from sandbox.engine import searching
from sandbox.shapes import Shape, count, text
from sandbox.store import Body
from sandbox.world import World

_TAKES: dict[str, Shape] = {"limit": count, "page": text, "query": text}


def _searching(kind: str) -> Handler:
    def search(world: World, params: Body) -> Body:
        limit = params.get("limit", 10)
        if not 1 <= limit <= 100:  # noqa: PLR2004 - as everywhere in Stripe's lists
            raise errors.invalid("Limit must be between 1 and 100.", "limit")
        start = params.get("page") or "0"
        if not start.isdecimal():
            raise errors.invalid("This page token is not one of ours.", "page")
        found = searching.find(world, kind, params["query"])
        first, after = int(start), int(start) + limit
        more = len(found) > after
        page = render.page(f"/v1/{kind}s/search", found[first:after], has_more=more)
        return {**page, "object": "search_result", "next_page": str(after) if more else None}

    return search


ENDPOINTS = tuple(
    Endpoint("GET", f"/{kind}s/search", _searching(kind), _TAKES, ("query",))
    for kind in searching.FIELDS
)
