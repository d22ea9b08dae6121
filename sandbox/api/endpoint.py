"""One row of the API: method, path, what it takes, who answers; and how lists are read."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from sandbox import errors, render
from sandbox.shapes import Shape, count, either, fields, integer, many, read, text
from sandbox.store import Body
from sandbox.world import World

Handler: TypeAlias = Callable[..., Body]

_PAGE, _PAGE_MAX = 10, 100
CREATED = either(fields({"gt": integer, "gte": integer, "lt": integer, "lte": integer}), integer)
PAGING: dict[str, Shape] = {
    "limit": count,
    "starting_after": text,
    "ending_before": text,
    "expand": many(text),
}


@dataclass(frozen=True)
class Endpoint:
    """`handler(world, params, *ids)` answers `method path`; it takes these parameters only.

    Only the first version of the API knows `expand`.
    """

    method: str
    path: str
    handler: Handler
    takes: Mapping[str, Shape] = field(default_factory=dict[str, Shape])
    required: tuple[str, ...] = ()
    version: str = "v1"

    @property
    def address(self) -> str:
        """Its path from the root."""
        return f"/{self.version}{self.path}"

    def read(self, given: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
        """The parameters with their types, and the paths to expand."""
        anywhere: dict[str, Shape] = {"expand": many(text)} if self.version == "v1" else {}
        params = read({**anywhere, **self.takes}, given, required=self.required)
        return params, params.pop("expand", [])


def listed(
    world: World,
    kind: str,
    url: str,
    params: Mapping[str, Any],
    where: Mapping[str, Any] | None = None,
) -> Body:
    """A page of objects of a kind, newest first, as `limit` and the cursors ask."""
    limit = params.get("limit", _PAGE)
    if not 1 <= limit <= _PAGE_MAX:
        raise errors.invalid("Limit must be between 1 and 100.", "limit")
    after, before = params.get("starting_after"), params.get("ending_before")
    for name, cursor in (("starting_after", after), ("ending_before", before)):
        if cursor is not None:
            world.need(kind, cursor, name)
    created = params.get("created")
    found = world.store.select(
        kind,
        {path: value for path, value in (where or {}).items() if value is not None},
        created={"gte": created, "lte": created} if isinstance(created, int) else created,
        after=after,
        before=before,
        limit=limit + 1,
    )
    has_more = len(found) > limit
    kept = found[-limit:] if before is not None else found[:limit]
    return render.page(url, kept, has_more=has_more)


def merge(body: Body, params: Mapping[str, Any], *names: str) -> None:
    """Take over the named parameters that were given; metadata is merged key by key."""
    for name in names:
        if name in params:
            body[name] = params[name]
    if "metadata" in params:
        body["metadata"] = merged_metadata(body["metadata"], params["metadata"])


def merged_metadata(old: Body, new: Mapping[str, str]) -> Body:
    """Metadata after an update: given keys replace, empty ones vanish, no keys clear all."""
    if not new:
        return {}
    return {key: value for key, value in {**old, **new}.items() if value != ""}


def reading(kind: str) -> Handler:
    """A handler that answers the object of this kind."""
    return lambda world, _params, object_id: world.need(kind, object_id)


def listing(kind: str, url: str, *names: str) -> Handler:
    """A handler that lists objects of this kind, narrowed by these fields when given."""

    def handler(world: World, params: Mapping[str, Any]) -> Body:
        where = {name: _plain(params[name]) for name in names if name in params}
        return listed(world, kind, url, params, where)

    return handler


def _plain(value: Any) -> Any:
    # SQLite's json_extract answers booleans as 0 and 1.
    if isinstance(value, bool):
        return int(value)
    return tuple(value) if isinstance(value, list) else value
