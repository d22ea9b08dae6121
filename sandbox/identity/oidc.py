"""OpenID Connect as Google and Microsoft speak it to a client's server."""

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from sandbox.identity import client_auth, grants, keys
from sandbox.identity.people import PERSONAL_TENANT, Person
from sandbox.identity.providers import GOOGLE, MICROSOFT, Provider, issuer
from sandbox.settings import Settings
from sandbox.store import Body
from sandbox.world import World

_ID_TOKEN_SECONDS = 3600
_DISCOVERY = {
    GOOGLE.key: "/.well-known/openid-configuration",
    MICROSOFT.key: "/common/v2.0/.well-known/openid-configuration",
}


def routes(world: World) -> list[BaseRoute]:
    """Discovery, keys, tokens and userinfo of both."""
    made: list[BaseRoute] = []
    for provider in (GOOGLE, MICROSOFT):
        talk = Talk(world, provider)
        made += [
            Route(f"{provider.path}{_DISCOVERY[provider.key]}", talk.discovery),
            Route(f"{provider.path}/keys", talk.keys),
            Route(f"{provider.path}/token", talk.token, methods=["POST"]),
            Route(f"{provider.path}/userinfo", talk.userinfo, methods=["GET", "POST"]),
        ]
    return made


class Talk:
    """One provider's endpoints."""

    def __init__(self, world: World, provider: Provider) -> None:
        self._world, self._provider = world, provider

    async def discovery(self, _request: Request) -> Response:
        """The metadata document."""
        return JSONResponse(metadata(self._provider, self._world.settings))

    async def keys(self, _request: Request) -> Response:
        """The public keys."""
        return JSONResponse(keys.published(self._world.store))

    async def token(self, request: Request) -> Response:
        """A code for tokens."""
        form = await request.form()
        if not client_auth.proves(request, form, self._provider):
            return _refusal(401, "invalid_client", "The client_id or its secret is wrong.")
        if form.get("grant_type") != "authorization_code":
            return _refusal(400, "unsupported_grant_type", "Only authorization_code works here.")
        code, redirect_uri, verifier = (
            str(form.get(name) or "") for name in ("code", "redirect_uri", "code_verifier")
        )
        try:
            token, kept = grants.redeemed(
                self._world.store, self._provider, code, redirect_uri, verifier
            )
        except grants.InvalidGrant as why:
            return _refusal(400, "invalid_grant", str(why))
        return JSONResponse(
            {
                "access_token": token,
                "token_type": "Bearer",
                "expires_in": grants.TOKEN_SECONDS,
                "scope": kept["scope"],
                "id_token": self._id_token(kept),
            },
            headers={"Pragma": "no-cache"},
        )

    async def userinfo(self, request: Request) -> Response:
        """Who the access token speaks of."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        kept = grants.behind(self._world.store, self._provider, token)
        if scheme.lower() != "bearer" or kept is None:
            challenge = 'Bearer error="invalid_token"'
            return JSONResponse(
                {"error": "invalid_token"}, 401, headers={"WWW-Authenticate": challenge}
            )
        return JSONResponse(_about(self._provider, grants.person_of(kept), kept["scope"]))

    def _id_token(self, kept: Body) -> str:
        person = grants.person_of(kept)
        claims: dict[str, Any] = {
            "iss": issuer(self._provider, self._world.settings, person.tenant),
            "aud": self._provider.client_id,
            **_about(self._provider, person, kept["scope"]),
        }
        if kept["nonce"]:
            claims["nonce"] = kept["nonce"]
        if self._provider is MICROSOFT:
            claims |= {"tid": person.tenant, "oid": person.object_id, "ver": "2.0"}
            if person.owns_domain and person.tenant != PERSONAL_TENANT:
                claims["xms_edov"] = True
        return keys.signed(self._world.store, claims, _ID_TOKEN_SECONDS)


def metadata(provider: Provider, settings: Settings) -> dict[str, Any]:
    """OpenID Connect Discovery 1.0. Microsoft's issuer is the template that its real one shows."""
    base = provider.base(settings)
    answers_iss = {"authorization_response_iss_parameter_supported": True}
    return {
        "issuer": issuer(provider, settings),
        "authorization_endpoint": f"{base}/authorize",
        "token_endpoint": f"{base}/token",
        "userinfo_endpoint": f"{base}/userinfo",
        "jwks_uri": f"{base}/keys",
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code"],
        "subject_types_supported": ["public" if provider is GOOGLE else "pairwise"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "scopes_supported": ["openid", "email", "profile"],
        "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
        "code_challenge_methods_supported": ["S256"],
        **(answers_iss if provider is GOOGLE else {}),
    }


def _about(provider: Provider, person: Person, scope: str) -> dict[str, Any]:
    """The claims that the scopes cover. Microsoft never says whether an address is verified."""
    scopes = scope.split()
    said: dict[str, Any] = {"sub": person.subject}
    if "profile" in scopes:
        said["name"] = person.name
    if "email" in scopes and person.email:
        said["email"] = person.email
        if provider is GOOGLE:
            said["email_verified"] = person.verified
    return said


def _refusal(status: int, error: str, description: str) -> Response:
    headers = {"WWW-Authenticate": "Basic"} if status == 401 else {}  # noqa: PLR2004 - unauthorized
    return JSONResponse({"error": error, "error_description": description}, status, headers)
