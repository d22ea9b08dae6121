"""What a parameter may look like; tables of these say what each endpoint takes.

A shape turns the text of a form into a value, or refuses it in Stripe's words.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, TypeAlias

from sandbox import errors

Shape: TypeAlias = Callable[[Any, str], Any]

_METADATA_KEYS = 50


def text(value: Any, name: str) -> str | None:
    """Any text; the empty text clears."""
    if not isinstance(value, str):
        raise errors.invalid(f"Invalid string: {name} must be text.", name)
    return value or None


def integer(value: Any, name: str) -> int:
    """A whole number."""
    if isinstance(value, str) and re.fullmatch(r"-?\d{1,18}", value):
        return int(value)
    raise errors.invalid(f"Invalid integer: {value}", name, "parameter_invalid_integer")


def count(value: Any, name: str) -> int:
    """A whole number from nought up."""
    number = integer(value, name)
    if number < 0:
        raise errors.invalid(
            "This value must be greater than or equal to 0.", name, "parameter_invalid_integer"
        )
    return number


def boolean(value: Any, name: str) -> bool:
    """`true` or `false`, nothing else."""
    if value not in {"true", "false"}:
        raise errors.invalid(f"Invalid boolean: {value}", name)
    return value == "true"


def decimal(value: Any, name: str) -> str:
    """A number with a point, kept as text."""
    try:
        Decimal(str(value))
    except InvalidOperation:
        raise errors.invalid(f"Invalid decimal: {value}", name) from None
    return str(value)


def number(value: Any, name: str) -> float:
    """A number, with a point or without."""
    found = float(decimal(value, name))
    return int(found) if found.is_integer() else found


@dataclass(frozen=True)
class ByName:
    """A map of the caller's own keys, currencies for instance, to values that fit."""

    inner: Shape

    def __call__(self, value: Any, name: str) -> dict[str, Any]:
        if not isinstance(value, Mapping):
            raise errors.invalid("Invalid object", name)
        return {key.lower(): self.inner(each, f"{name}[{key}]") for key, each in value.items()}


@dataclass(frozen=True)
class OneOf:
    """One of these words."""

    words: tuple[str, ...]

    def __call__(self, value: Any, name: str) -> str:
        if value in self.words:
            return value
        raise errors.invalid(f"Invalid {name}: must be one of {', '.join(self.words)}", name)


@dataclass(frozen=True)
class Either:
    """The first of the shapes that fits; if none does, the refusal of the one that was meant."""

    shapes: tuple[Shape, ...]

    def __call__(self, value: Any, name: str) -> Any:
        refusals: list[errors.ApiError] = []
        for attempt in self.shapes:
            try:
                return attempt(value, name)
            except errors.ApiError as said:
                refusals.append(said)
        # Whoever sends a map means the map: "unknown parameter" helps, "not a number" does not.
        meant = [
            said
            for shape, said in zip(self.shapes, refusals, strict=True)
            if isinstance(shape, Fields) == isinstance(value, Mapping)
        ]
        raise (meant or refusals)[-1]


@dataclass(frozen=True)
class Clearable:
    """The empty text clears, and is given on as `cleared`; anything else must fit."""

    inner: Shape
    cleared: str | None = ""

    def __call__(self, value: Any, name: str) -> Any:
        return self.cleared if value == "" else self.inner(value, name)


@dataclass(frozen=True)
class Many:
    """A list; the empty text empties it."""

    inner: Shape

    def __call__(self, value: Any, name: str) -> list[Any]:
        if value == "":
            return []
        if not isinstance(value, list):
            raise errors.invalid("Invalid array", name)
        return [self.inner(each, f"{name}[{place}]") for place, each in enumerate(value)]


@dataclass(frozen=True)
class Fields:
    """A map with these fields and no others."""

    table: Mapping[str, Shape]
    required: tuple[str, ...] = ()

    def __call__(self, value: Any, name: str) -> dict[str, Any]:
        if not isinstance(value, Mapping):
            raise errors.invalid("Invalid object", name)
        return read(self.table, value, required=self.required, within=name)


def by_name(inner: Shape) -> Shape:
    """A map of the caller's own keys."""
    return ByName(inner)


def one_of(*words: str) -> Shape:
    """One of these words."""
    return OneOf(words)


def either(*shapes: Shape) -> Shape:
    """The first of the shapes that fits."""
    return Either(shapes)


def clearable(inner: Shape) -> Shape:
    """The empty text clears."""
    return Clearable(inner)


def emptied(inner: Shape) -> Shape:
    """The empty text means "no value"."""
    return Clearable(inner, None)


def many(inner: Shape) -> Shape:
    """A list."""
    return Many(inner)


def fields(table: Mapping[str, Shape], *, required: tuple[str, ...] = ()) -> Shape:
    """A map with these fields and no others."""
    return Fields(table, required)


def metadata(value: Any, name: str) -> dict[str, str]:
    """Up to fifty words of the caller's own; empty text forgets one (or all)."""
    if value == "":
        return {}
    if not isinstance(value, Mapping) or any(not isinstance(v, str) for v in value.values()):
        raise errors.invalid("Invalid object", name)
    if len(value) > _METADATA_KEYS:
        raise errors.invalid(f"Metadata has more than {_METADATA_KEYS} keys.", name)
    return dict(value)


def read(
    table: Mapping[str, Shape],
    given: Mapping[str, Any],
    *,
    required: tuple[str, ...] = (),
    within: str = "",
) -> dict[str, Any]:
    """The given parameters with their types, or the refusal Stripe would give."""
    unknown = [_inside(within, key) for key in given if key not in table]
    if unknown:
        said = "parameters" if len(unknown) > 1 else "parameter"
        raise errors.invalid(
            f"Received unknown {said}: {', '.join(unknown)}", unknown[0], "parameter_unknown"
        )
    for key in required:
        if not given.get(key):
            name = _inside(within, key)
            raise errors.invalid(f"Missing required param: {name}.", name, "parameter_missing")
    return {key: table[key](value, _inside(within, key)) for key, value in given.items()}


def _inside(within: str, key: str) -> str:
    return f"{within}[{key}]" if within else key
