"""How a key is written, and which calls one may make."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saas_app.api import app as rest
from saas_app.api import key_scopes
from saas_app.core.errors import Invalid, NotAllowed
from saas_app.workspaces.api_keys import scopes, secret
from saas_app.workspaces.api_keys.scopes import Scope

WRITTEN = secret.written().plain


def test_a_key_says_what_it_is_and_reads_back():
    made = secret.written()
    assert made.plain.startswith(f"tm_live_{made.name_outside}_")
    assert secret.read(made.plain) == made.name_outside
    assert made.plain not in (made.digest, secret.written().plain)
    assert secret.read(secret.written(made.name_outside).plain) == made.name_outside


@given(place=st.integers(0, len(WRITTEN) - 1), letter=st.characters())
def test_no_key_survives_a_changed_letter(place, letter):
    changed = WRITTEN[:place] + letter + WRITTEN[place + 1 :]
    assert (secret.read(changed) is not None) is (changed == WRITTEN)


@given(st.text())
def test_whatever_is_shown_is_only_read(text):
    assert secret.read(f"tm_live_{text}") is None


def test_scopes_are_kept_in_one_order_and_unknown_ones_are_named():
    assert scopes.checked(["alerts:write", "market:read"]) == "market:read alerts:write"
    with pytest.raises(Invalid, match="marked field") as refused:
        scopes.checked(["market:read", "money:take"])
    assert "market:read" in refused.value.fields["scopes"]
    with pytest.raises(Invalid):
        scopes.checked([])
    assert scopes.of("market:read long:gone") == {Scope.MARKET_READ}


def test_a_scope_opens_what_it_names_and_nothing_opens_the_rest():
    scopes.require(frozenset({Scope.MARKET_READ}), Scope.MARKET_READ)
    with pytest.raises(NotAllowed, match="alerts:read"):
        scopes.require(frozenset({Scope.MARKET_READ}), Scope.ALERTS_READ)
    with pytest.raises(NotAllowed, match="No key"):
        scopes.require(frozenset(Scope), None)


# The whole of what keys can do: a new endpoint is closed to them until it stands here.
OPEN = {
    Scope.MARKET_READ: {
        ("GET", "/api/candles/{symbol}/{timeframe}"),
        ("GET", "/api/indicators/{symbol}/{timeframe}"),
        ("GET", "/api/indicators/{symbol}/{timeframe}/series"),
        ("GET", "/api/scanner"),
        ("GET", "/api/insights/{symbol}/{timeframe}"),
        ("GET", "/api/exports/scanner.{form}"),
        ("GET", "/api/exports/candles.{form}"),
        ("GET", "/api/watchlist"),
    },
    Scope.WATCHLIST_WRITE: {
        ("POST", "/api/watchlist"),
        ("PUT", "/api/watchlist"),
        ("DELETE", "/api/watchlist/{item_id}"),
    },
    Scope.ALERTS_READ: {
        ("GET", "/api/alerts"),
        ("GET", "/api/alerts/webhook"),
        ("GET", "/api/alerts/{alert_key}"),
        ("GET", "/api/alerts/{alert_key}/history"),
        ("GET", "/api/exports/alerts.{form}"),
    },
    Scope.ALERTS_WRITE: {
        ("POST", "/api/alerts"),
        ("POST", "/api/alerts/backtest"),
        ("PUT", "/api/alerts/{alert_key}"),
        ("DELETE", "/api/alerts/{alert_key}"),
        ("POST", "/api/alerts/{alert_key}/pause"),
        ("POST", "/api/alerts/{alert_key}/resume"),
        ("POST", "/api/alerts/{alert_key}/mute"),
        ("POST", "/api/alerts/{alert_key}/restore"),
    },
    Scope.BILLING_READ: {("GET", "/api/subscription"), ("GET", "/api/invoices")},
    Scope.USAGE_READ: {("GET", "/api/entitlements/{feature}"), ("GET", "/api/user/usage")},
}


def test_every_endpoint_is_open_to_one_scope_or_to_no_key():
    found: dict[Scope, set[tuple[str, str]]] = {scope: set() for scope in Scope}
    for router in rest.ROUTERS:
        for route in router.routes:
            for verb in route.methods - {"HEAD"}:
                scope = key_scopes.needed(verb, route.path)
                if scope is not None:
                    found[scope].add((verb, route.path))
    assert found == OPEN


def test_what_only_begins_alike_is_another_path():
    assert key_scopes.needed("GET", "/api/alertsomething") is None
    assert key_scopes.needed("GET", "/api") is None
