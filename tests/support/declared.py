"""What the sandbox's own tables of parameters say: every place, its words, and a value that fits."""

from collections.abc import Iterator
from typing import Any

from sandbox import shapes
from sandbox.api.endpoint import Endpoint
from sandbox.shapes import Shape


def places(endpoint: Endpoint) -> Iterator[tuple[str, Shape]]:
    """Every parameter by its dotted place."""
    for key, shape in endpoint.takes.items():
        yield key, shape
        yield from _within(shape, key)


def words(shape: Shape) -> set[str]:
    if isinstance(shape, shapes.OneOf):
        return set(shape.words)
    return {word for each in _inner(shape) for word in words(each)}


def maps(endpoint: Endpoint) -> set[str]:
    """The places that hold a map with fields of its own."""
    return {place.rpartition(".")[0] for place, _ in places(endpoint)} - {""}


def sample(shape: Shape) -> Any:
    """The least that fits."""
    match shape:
        case shapes.Fields():
            return {key: sample(shape.table[key]) for key in shape.required}
        case shapes.Many():
            return [sample(shape.inner)]
        case shapes.OneOf():
            return shape.words[0]
        case shapes.Clearable():
            return sample(shape.inner)
        case shapes.Either():
            return sample(shape.shapes[0])
        case _:
            return next(each for each in ({}, "1", "true", "word") if _takes(shape, each))


def spoiled(endpoint: Endpoint, place: str) -> dict[str, Any]:
    """A request that is right but for one unknown key in the map at this place."""
    asked = {key: sample(endpoint.takes[key]) for key in endpoint.required}
    first, *rest = place.split(".")
    asked[first] = _spoil(endpoint.takes[first], rest)
    return asked


def _spoil(shape: Shape, rest: list[str]) -> Any:
    if isinstance(shape, shapes.Many):
        return [_spoil(shape.inner, rest)]
    if not isinstance(shape, shapes.Fields):
        chosen = next(each for each in _inner(shape) if list(_within(each, "")))
        return _spoil(chosen, rest)
    if not rest:
        return {**sample(shape), "mood": "good"}
    return {**sample(shape), rest[0]: _spoil(shape.table[rest[0]], rest[1:])}


def _within(shape: Shape, at: str) -> Iterator[tuple[str, Shape]]:
    if isinstance(shape, shapes.Fields):
        for key, each in shape.table.items():
            yield f"{at}.{key}", each
            yield from _within(each, f"{at}.{key}")
    for each in _inner(shape):
        yield from _within(each, at)


def _inner(shape: Shape) -> tuple[Shape, ...]:
    match shape:
        case shapes.Many() | shapes.Clearable():
            return (shape.inner,)
        case shapes.Either():
            return shape.shapes
        case _:
            return ()


def _takes(shape: Shape, value: Any) -> bool:
    try:
        shape(value, "any")
    except Exception:  # noqa: BLE001 — whatever it says, it is a no
        return False
    return True
