"""One visit's talk with a provider: where to send the browser, and what its answer proves.

Opens no transaction: everything here waits for somebody else's server.
"""

from collections.abc import Mapping
from typing import Any

from joserfc import jws, jwt
from joserfc.errors import JoseError

from saas_app.accounts.oauth import claims, discovery, wire
from saas_app.accounts.oauth.claims import Proof
from saas_app.accounts.oauth.errors import Declined, NotTrusted
from saas_app.accounts.oauth.providers import Provider
from saas_app.accounts.oauth.visits import Started, Visit
from saas_app.core import clock, logs

_ALGORITHMS = ["RS256"]
_log = logs.get(__name__)


def address(provider: Provider, started: Started) -> str:
    """Where the browser goes. Raises Unavailable."""
    endpoint = authorization_endpoint(provider)
    extra = {"nonce": started.nonce} if provider.discovery else {}
    with wire.client(provider) as talk:
        # A choice of account each time: the button must not log a shared computer's last user in.
        made, _ = talk.create_authorization_url(
            endpoint,
            state=started.state,
            code_verifier=started.verifier,
            prompt="select_account",
            **extra,
        )
    return made


def authorization_endpoint(provider: Provider) -> str:
    """Raises Unavailable."""
    if provider.discovery:
        return discovery.of(provider).authorization
    return f"{provider.site}/login/oauth/authorize"


def proof(provider: Provider, visit: Visit, answer: Mapping[str, str]) -> Proof:
    """What the provider's answer to the callback proves.

    Raises Declined, NotTrusted or Unavailable.
    """
    metadata = discovery.of(provider) if provider.discovery else None
    if metadata is not None:
        claims.check_response_issuer(
            metadata.issuer, answer.get("iss"), promised=metadata.answers_iss
        )
    if "error" in answer:
        _log.info("provider.declined", provider=provider.key, error=answer["error"][:40])
        raise Declined(f"You did not continue with {provider.label}. Nothing was changed.")
    code = answer.get("code", "")
    if not code:
        raise NotTrusted("The provider sent no code. Nothing was changed; please start again.")
    if metadata is None:
        return _by_github(provider, code, visit)
    tokens = wire.exchanged(provider, metadata.token, code, visit.verifier)
    said = _verified(provider, metadata, tokens.get("id_token"), visit)
    if answer.get("iss", said["iss"]) != said["iss"]:
        raise NotTrusted("The answer and its token name different issuers. Nothing was changed.")
    about = wire.fetched(provider, metadata.userinfo, tokens["access_token"])
    return claims.of_openid(provider.key, said, about)


def _verified(
    provider: Provider, metadata: discovery.Metadata, id_token: Any, visit: Visit
) -> dict[str, Any]:
    """The claims, once signature and every claim are right. RS256 only, by a key we chose."""
    try:
        header = jws.extract_compact(str(id_token).encode()).headers()
        key = discovery.key(provider, metadata, str(header.get("kid", "")))
        decoded = jwt.decode(str(id_token), key, algorithms=_ALGORITHMS)  # noqa: TID251 — another's token: claims.check_id_token follows in the next lines
    except (JoseError, ValueError, TypeError, KeyError) as wrong:
        _log.warning("provider.bad_signature", provider=provider.key, error=type(wrong).__name__)
        raise NotTrusted(
            "The provider's answer is not signed as it should be. Nothing was changed."
        ) from wrong
    claims.check_id_token(
        decoded.claims,
        issuer=metadata.issuer,
        client_id=provider.client_id,
        nonce=visit.nonce,
        now=clock.wall(),
    )
    return decoded.claims


def _by_github(provider: Provider, code: str, visit: Visit) -> Proof:
    endpoint = f"{provider.site}/login/oauth/access_token"
    token = wire.exchanged(provider, endpoint, code, visit.verifier)["access_token"]
    user = wire.fetched(provider, f"{provider.api}/user", token)
    emails = wire.fetched(provider, f"{provider.api}/user/emails", token)
    return claims.of_github(user, emails)
