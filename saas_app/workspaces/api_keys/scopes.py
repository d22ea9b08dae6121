"""What a key may be used for, as one pure table. Beyond it nothing is open to keys.

Everything here belongs to the key's workspace; what is a person's own, in whichever workspace, is not.
"""

from collections.abc import Iterable
from enum import StrEnum

from saas_app.core.errors import Invalid, NotAllowed
from saas_app.core.texts import text


class Scope(StrEnum):
    """`write` covers what changes something, `read` what does not; neither includes the other."""

    MARKET_READ = "market:read"
    WATCHLIST_WRITE = "watchlist:write"
    ALERTS_READ = "alerts:read"
    ALERTS_WRITE = "alerts:write"
    BILLING_READ = "billing:read"
    USAGE_READ = "usage:read"


def of(stored: str) -> frozenset[Scope]:
    """The scopes of a stored key; one that this version no longer knows opens nothing."""
    known = {scope.value: scope for scope in Scope}
    return frozenset(known[name] for name in stored.split() if name in known)


def checked(wanted: Iterable[str]) -> str:
    """As it is stored, in the table's order. Raises Invalid, field `scopes`."""
    asked = set(wanted)
    unknown = sorted(asked - {scope.value for scope in Scope})
    if unknown or not asked:
        offered = ", ".join(Scope)
        key = "api_keys.scopes_unknown" if unknown else "api_keys.scopes_missing"
        raise Invalid(text("api_keys.refused"), fields={"scopes": text(key, offered=offered)})
    return " ".join(scope.value for scope in Scope if scope.value in asked)


def require(granted: frozenset[Scope], needed: Scope | None) -> None:
    """Raises NotAllowed with the scope that is wanting; None is what no key may ever do."""
    if needed is None:
        raise NotAllowed(text("api_keys.never"))
    if needed not in granted:
        raise NotAllowed(text("api_keys.scope_wanting", scope=needed.value), scope=needed.value)
