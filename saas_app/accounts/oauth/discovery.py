"""What an OpenID provider says about itself, and the keys it signs with; asked rarely, believed warily."""

import threading
import time
from dataclasses import dataclass
from typing import Any

from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from saas_app.accounts.oauth import claims, wire
from saas_app.accounts.oauth.errors import NotTrusted
from saas_app.accounts.oauth.providers import Provider
from saas_app.core.errors import Unavailable

_SUFFIX = "/.well-known/openid-configuration"
_KEPT_SECONDS = 600.0
# A token may name a key we have not seen: they rotate. Whoever sends nonsense does not make us ask.
_ASK_AGAIN_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Metadata:
    """`issuer` may be a template with {tenantid}; `answers_iss` promises RFC 9207."""

    issuer: str
    authorization: str
    token: str
    userinfo: str
    keys: str
    answers_iss: bool


@dataclass(frozen=True, slots=True)
class _Kept:
    at: float
    value: Any


_lock = threading.Lock()
_documents: dict[str, _Kept] = {}


def of(provider: Provider) -> Metadata:
    """Raises Unavailable."""
    document = _kept(provider, provider.discovery, _KEPT_SECONDS)
    try:
        found = Metadata(
            document["issuer"],
            document["authorization_endpoint"],
            document["token_endpoint"],
            document["userinfo_endpoint"],
            document["jwks_uri"],
            document.get("authorization_response_iss_parameter_supported") is True,
        )
    except (KeyError, TypeError, AttributeError) as wrong:
        raise _unusable(provider) from wrong
    if not claims.issuer_belongs(found.issuer, provider.discovery.removesuffix(_SUFFIX)):
        raise _unusable(provider)
    endpoints = (found.authorization, found.token, found.userinfo, found.keys)
    if not all(isinstance(each, str) and _as_safe(each, provider) for each in endpoints):
        raise _unusable(provider)
    return found


def key(provider: Provider, metadata: Metadata, kid: str) -> RSAKey:
    """The RSA key of that name. Raises NotTrusted when the provider has none, Unavailable."""
    for patience in (_KEPT_SECONDS, _ASK_AGAIN_SECONDS):
        for each in _signing(_kept(provider, metadata.keys, patience)):
            if each.get("kid") == kid:
                try:
                    return RSAKey.import_key(each)
                except (JoseError, ValueError, TypeError, KeyError) as broken:
                    raise _unusable(provider) from broken
    raise NotTrusted(
        "The provider's answer is signed with a key it does not have. Nothing was changed."
    )


def forget() -> None:
    """Ask everything anew; the tests start clean with it."""
    with _lock:
        _documents.clear()


def _signing(document: Any) -> list[dict[str, Any]]:
    keys = document.get("keys") if isinstance(document, dict) else None
    return [
        each
        for each in keys or []
        if isinstance(each, dict)
        and each.get("kty") == "RSA"
        and each.get("use", "sig") == "sig"
        and each.get("alg", "RS256") == "RS256"
    ]


def _kept(provider: Provider, address: str, patience: float) -> Any:
    with _lock:
        known = _documents.get(address)
    if known is not None and time.monotonic() - known.at < patience:
        return known.value
    # Outside the lock: a provider that hangs must not hold up the others.
    value = wire.fetched(provider, address)
    with _lock:
        _documents[address] = _Kept(time.monotonic(), value)
    return value


def _as_safe(address: str, provider: Provider) -> bool:
    """Never less protected than the document that named it."""
    return address.startswith("https://") or provider.discovery.startswith("http://")


def _unusable(provider: Provider) -> Unavailable:
    return Unavailable(
        f"{provider.label} describes itself in a way we cannot trust. Nothing was changed; please log in another way."
    )
