"""How providers are spoken to: shortly, without proxies and redirects, and never inside a transaction."""

import json
from collections.abc import Mapping
from typing import Any

import httpx2
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.httpx_client import OAuth2Client

from saas_app.accounts.oauth.errors import NotTrusted
from saas_app.accounts.oauth.providers import Provider
from saas_app.core import logs
from saas_app.core.errors import Unavailable

_SECONDS = 5.0
_LONGEST = 262_144
_log = logs.get(__name__)


def client(provider: Provider) -> Any:
    """Authlib's client (untyped): it makes the address to send people to and exchanges codes."""
    return OAuth2Client(
        provider.client_id,
        provider.client_secret,
        token_endpoint_auth_method="client_secret_post",  # noqa: S106 — the one way all three take
        scope=provider.scope,
        redirect_uri=provider.callback,
        code_challenge_method="S256",
        timeout=_SECONDS,
        trust_env=False,
        follow_redirects=False,
    )


def exchanged(provider: Provider, endpoint: str, code: str, verifier: str) -> Mapping[str, Any]:
    """The tokens for a code. Raises NotTrusted when the provider refuses it, Unavailable without answer."""
    try:
        with client(provider) as talk:
            token = talk.fetch_token(
                endpoint, grant_type="authorization_code", code=code, code_verifier=verifier
            )
    except (httpx2.HTTPError, httpx2.InvalidURL) as gone:
        raise _unavailable(provider, gone) from gone
    except (AuthlibBaseError, ValueError) as refused:
        _log.warning("provider.code_refused", provider=provider.key, error=type(refused).__name__)
        raise NotTrusted(_NOT_TAKEN) from refused
    if not isinstance(token.get("access_token"), str):
        raise NotTrusted(_NOT_TAKEN)
    return token


def fetched(provider: Provider, address: str, token: str = "") -> Any:
    """A JSON document. Raises Unavailable, or NotTrusted for a refused token."""
    headers = {"Accept": "application/json"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    try:
        with (
            httpx2.Client(timeout=_SECONDS, trust_env=False, follow_redirects=False) as talk,
            talk.stream("GET", address, headers=headers) as answer,
        ):
            if answer.status_code in {401, 403, 404} and token:
                raise NotTrusted(_NOT_TAKEN)
            answer.raise_for_status()
            return json.loads(_read(answer))
    except (httpx2.HTTPError, httpx2.InvalidURL, ValueError, RecursionError) as gone:
        raise _unavailable(provider, gone) from gone


def _read(answer: httpx2.Response) -> bytes:
    """Raises ValueError for more than any such document holds."""
    body = b""
    for piece in answer.iter_bytes():
        body += piece
        if len(body) > _LONGEST:
            raise ValueError("too long")
    return body


_NOT_TAKEN = "The provider did not confirm this log-in. Nothing was changed; please start again."


def _unavailable(provider: Provider, gone: Exception) -> Unavailable:
    _log.warning("provider.gone", provider=provider.key, error=type(gone).__name__)
    return Unavailable(
        f"{provider.label} does not answer at the moment. Nothing was changed; please try again, or log in another way."
    )
