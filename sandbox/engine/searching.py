"""Stripe's search language: `status:'active' AND metadata['plan']:'pro' AND created>1700000000`."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sandbox import errors
from sandbox.store import Body
from sandbox.world import World

FIELDS: dict[str, tuple[str, ...]] = {
    "charge": ("amount", "created", "currency", "customer", "disputed", "refunded", "status"),
    "customer": ("created", "email", "name", "phone"),
    "invoice": ("created", "currency", "customer", "number", "status", "subscription", "total"),
    "payment_intent": ("amount", "created", "currency", "customer", "status"),
    "price": ("active", "currency", "lookup_key", "product", "type"),
    "product": ("active", "description", "name", "shippable", "url"),
    "subscription": ("canceled_at", "created", "status"),
}
_CLAUSE = re.compile(
    r"""^(?P<not>-)?(?P<field>[a-z_]+)(\[["'](?P<key>[^"']+)["']\])?"""
    r"""(?P<sign>:|~|>=|<=|>|<|=)(?P<value>"[^"]*"|'[^']*'|[^\s"']+)$"""
)
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    ">": lambda one, other: one > other,
    "<": lambda one, other: one < other,
    ">=": lambda one, other: one >= other,
    "<=": lambda one, other: one <= other,
}
_SHORTEST = 3


@dataclass(frozen=True)
class _Clause:
    field: str
    key: str | None
    sign: str
    value: str
    negated: bool

    def holds(self, body: Body) -> bool:
        found = _field(body, self.field)
        if self.key is not None:
            found = (found or {}).get(self.key)
        return self._matches(found) != self.negated

    def _matches(self, found: Any) -> bool:
        if self.value == "null":
            return found is None
        if found is None:
            return False
        if self.sign in _COMPARE:
            return _COMPARE[self.sign](found, int(self.value))
        if isinstance(found, bool):
            return self.value == str(found).lower()
        if self.sign == "~":
            return self.value.lower() in str(found).lower()
        return self.value.lower() == str(found).lower()


def find(world: World, kind: str, query: str) -> list[Body]:
    """The objects of a kind that the query describes, newest first."""
    every, clauses = _parse(kind, query)
    combine = all if every else any
    return [
        body
        for body in world.store.select(kind)
        if not body.get("deleted") and combine(clause.holds(body) for clause in clauses)
    ]


def _parse(kind: str, query: str) -> tuple[bool, list[_Clause]]:
    joined = set(re.findall(r"\b(AND|OR)\b", query))
    if len(joined) > 1:
        raise errors.invalid("You cannot combine AND and OR in one search query.", "query")
    parts = re.split(r"\s+(?:AND|OR)\s+", query.strip())
    return joined != {"OR"}, [_clause(kind, part.strip()) for part in parts]


def _clause(kind: str, words: str) -> _Clause:
    match = _CLAUSE.match(words)
    if match is None:
        raise errors.invalid(f"We were unable to parse your search query near {words!r}.", "query")
    field, key, sign = match["field"], match["key"], match["sign"]
    if field != "metadata" and field not in FIELDS[kind]:
        known = ", ".join((*FIELDS[kind], "metadata"))
        raise errors.invalid(
            f"Field `{field}` is an unsupported search field for {kind}s. There are: {known}.",
            "query",
        )
    value = match["value"].strip("\"'")
    if (field == "metadata") != (key is not None):
        raise errors.invalid("Search metadata as metadata['key']:'value'.", "query")
    if sign == "~" and len(value) < _SHORTEST:
        raise errors.invalid("A substring to search for has at least 3 characters.", "query")
    if sign in _COMPARE and not value.lstrip("-").isdecimal():
        raise errors.invalid(f"{field} can only be compared with a number.", "query")
    return _Clause(field, key, ":" if sign == "=" else sign, value, bool(match["not"]))


def _field(body: Body, field: str) -> Any:
    if field == "subscription" and body["object"] == "invoice":
        return ((body["parent"] or {}).get("subscription_details") or {}).get("subscription")
    return body.get(field)
