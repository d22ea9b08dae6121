"""Stripe's OpenAPI document as a judge of what is asked of it: nested keys, types, words, what must be there."""

import functools
import re
from collections.abc import Iterator, Mapping
from typing import Any

from jsonschema import Draft202012Validator

from tests.support.stripe_oracle import document, modern

# Parameters of the SDK's own version that the older document cannot know: only the SDK's
# types judge them.
NEWER: dict[str, frozenset[str]] = {
    # replaced payment_method_types in 2026-09-30.endive
    "POST /v1/checkout/sessions": frozenset({"allowed_payment_method_types"}),
    # a word before 2026-09-30.endive, a map since; paying for what resumes came with it
    "POST /v1/subscriptions/{subscription}/resume": frozenset(
        {"billing_cycle_anchor", "payment_behavior"}
    ),
    # its words are versions, and ours is the newest
    "POST /v1/webhook_endpoints": frozenset({"api_version"}),
}
NEWER_PATHS = frozenset({"POST /v1/subscriptions/{subscription}/pause"})


def faults(method: str, path: str, params: Mapping[str, Any]) -> list[str]:
    """What the document would not allow in a request whose values are still text."""
    name = template(method, path)
    if name is None:
        return [f"{method} {path}: Stripe has no such address"]
    if name in NEWER_PATHS:
        return []
    known = {key: each for key, each in params.items() if key not in NEWER.get(name, frozenset())}
    given = typed(known, _schema(name))
    return [
        f"{name}: {'/'.join(map(str, error.path))} {error.message[:200]}".replace(":  ", ": ")
        for error in _validator(name).iter_errors(given)
    ]


def template(method: str, path: str) -> str | None:
    """The address as the document names it: `POST /v1/invoices/{invoice}/pay`."""
    found = [name for pattern, name in _templates() if pattern.fullmatch(f"{method} {path}")]
    # `/invoices/create_preview` is itself, not the invoice of that name.
    return min(found, key=lambda name: name.count("{"), default=None)


def typed(value: Any, schema: Mapping[str, Any]) -> Any:
    """The text of a form as the types the schema asks for; what cannot be one stays text."""
    if options := schema.get("anyOf"):
        tries = ((typed(value, option), option) for option in options)
        return next((made for made, option in tries if _fits(made, option)), value)
    match schema.get("type"), value:
        case "integer", str() if re.fullmatch(r"-?\d+", value):
            return int(value)
        case "number", str() if re.fullmatch(r"-?\d+(\.\d+)?", value):
            return float(value)
        case "boolean", "true" | "false":
            return value == "true"
        case "array", list():
            return [typed(each, schema.get("items", {})) for each in value]
        case "object", dict():
            own, rest = schema.get("properties", {}), schema.get("additionalProperties")
            other = rest if isinstance(rest, dict) else {}
            return {key: typed(each, own.get(key, other)) for key, each in value.items()}
        case _:
            return value


def _fits(value: Any, schema: Mapping[str, Any]) -> bool:
    return Draft202012Validator(schema).is_valid(value)


@functools.cache
def _templates() -> list[tuple[re.Pattern[str], str]]:
    names = [*_operations(), *NEWER_PATHS]
    return [(re.compile(re.sub(r"\{\w+\}", "[^/]+", name)), name) for name in names]


def _operations() -> Iterator[str]:
    for path, methods in document()["paths"].items():
        for method in methods:
            yield f"{method.upper()} {_named(path)}"


def _named(path: str) -> str:
    # The document calls one id `subscription_exposed_id` wherever another name was taken.
    return path.replace("_exposed_id}", "}")


@functools.cache
def _schema(name: str) -> dict[str, Any]:
    method, _, path = name.partition(" ")
    paths = {_named(each): methods for each, methods in document()["paths"].items()}
    operation = paths[path][method.lower()]
    asked = [each for each in operation.get("parameters", []) if each["in"] == "query"]
    bodies = [
        content["schema"]
        for content in operation.get("requestBody", {}).get("content", {}).values()
    ]
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": {each["name"]: modern(each["schema"]) for each in asked}
        | {
            key: modern(each) for body in bodies for key, each in body.get("properties", {}).items()
        },
        "required": [each["name"] for each in asked if each.get("required")]
        + [key for body in bodies for key in body.get("required", [])],
    }


@functools.cache
def _validator(name: str) -> Draft202012Validator:
    return Draft202012Validator(_schema(name))


def known(method: str, path: str) -> dict[str, frozenset[str]]:
    """Every parameter of an address by its dotted place, with its words where it is a list of words."""
    name = template(method, path)
    return dict(_places(_schema(name), "")) if name and name not in NEWER_PATHS else {}


def _places(schema: Mapping[str, Any], at: str) -> Iterator[tuple[str, frozenset[str]]]:
    for option in schema.get("anyOf", ()):
        yield from _places(option, at)
    if "items" in schema:
        yield from _places(schema["items"], at)
    for key, each in schema.get("properties", {}).items():
        place = f"{at}.{key}" if at else key
        yield place, frozenset(_words(each))
        yield from _places(each, place)


def _words(schema: Mapping[str, Any]) -> Iterator[str]:
    yield from (word for word in schema.get("enum", ()) if word)
    for option in schema.get("anyOf", ()):
        yield from _words(option)
    if "items" in schema:
        yield from _words(schema["items"])
