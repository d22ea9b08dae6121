"""Decoding the bodies and queries of the Stripe API: `items[0][price]=p` becomes lists and maps."""

import json
import re
from collections.abc import Iterable
from typing import Any, cast

from sandbox import errors

_PARTS = re.compile(r"^([^\[\]]+)((?:\[[^\[\]]*\])*)$")
_KEY = re.compile(r"\[([^\[\]]*)\]")


def decode(pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Nested parameters from flat ones; numbered keys and `[]` become lists, in order."""
    root: dict[str, Any] = {}
    for name, value in pairs:
        match = _PARTS.match(name)
        if match is None:
            raise errors.invalid(f"Invalid parameter name: {name}", name)
        path = [match[1], *_KEY.findall(match[2])]
        node = root
        for key in path[:-1]:
            child = node.setdefault(_numbered(key, node), {})
            if not isinstance(child, dict):
                raise errors.invalid(f"Invalid parameter: {name} is both a value and a map.", name)
            node = child
        node[_numbered(path[-1], node)] = value
    return {key: _listed(value) for key, value in root.items()}


def from_json(sent: str) -> dict[str, Any]:
    """The object in a body of the second version; nothing sent is an empty one."""
    try:
        found: Any = json.loads(sent or "{}")
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise errors.invalid("The request body is not a JSON object.", code="invalid_json")
    return cast("dict[str, Any]", found)


def _numbered(key: str, node: dict[str, Any]) -> str:
    return key or str(len(node))


def _listed(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    inner = {key: _listed(each) for key, each in value.items()}
    if inner and all(key.isdecimal() for key in inner):
        return [inner[key] for key in sorted(inner, key=int)]
    return inner
