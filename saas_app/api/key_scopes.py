"""Which scope a call needs of the key that makes it. What is not in the table is open to no key."""

from saas_app.workspaces.api_keys.scopes import Scope

_READING = frozenset({"GET", "HEAD"})

# The first row whose path leads to the asked one: its scope for reading, its scope for changing.
_TABLE: tuple[tuple[str, Scope | None, Scope | None], ...] = (
    ("/api/candles", Scope.MARKET_READ, None),
    ("/api/indicators", Scope.MARKET_READ, None),
    ("/api/scanner", Scope.MARKET_READ, None),
    # A summary changes nothing, but it uses up prompts: that is for people.
    ("/api/insights", Scope.MARKET_READ, None),
    ("/api/exports/alerts", Scope.ALERTS_READ, None),
    ("/api/exports", Scope.MARKET_READ, None),
    ("/api/watchlist", Scope.MARKET_READ, Scope.WATCHLIST_WRITE),
    # Where alerts are sent to, and the secret they are signed with, is for people.
    ("/api/alerts/webhook", Scope.ALERTS_READ, None),
    ("/api/alerts/telegram", None, None),
    ("/api/alerts", Scope.ALERTS_READ, Scope.ALERTS_WRITE),
    ("/api/subscription", Scope.BILLING_READ, None),
    ("/api/invoices", Scope.BILLING_READ, None),
    ("/api/entitlements", Scope.USAGE_READ, None),
    ("/api/user/usage", Scope.USAGE_READ, None),
)


def needed(verb: str, path: str) -> Scope | None:
    """The scope for this call; None where no key is enough."""
    for start, reading, changing in _TABLE:
        if path == start or path.startswith((f"{start}/", f"{start}.")):
            return reading if verb in _READING else changing
    return None
