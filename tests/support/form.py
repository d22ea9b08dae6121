"""Stripe's form encoding read back: `items[0][price]=p` as lists and maps, every value still text."""

import re
from typing import Any
from urllib.parse import parse_qsl


def nested(encoded: str) -> dict[str, Any]:
    root: dict[str, Any] = {}
    for name, value in parse_qsl(encoded, keep_blank_values=True):
        *path, last = re.findall(r"[^\[\]]+", name)
        node = root
        for key in path:
            node = node.setdefault(key, {})
        node[last] = value
    return {key: _listed(value) for key, value in root.items()}


def _listed(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    inner = {key: _listed(each) for key, each in value.items()}
    if inner and all(key.isdecimal() for key in inner):
        return [inner[key] for key in sorted(inner, key=int)]
    return inner
