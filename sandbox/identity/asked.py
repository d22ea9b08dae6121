"""What a client asks when it sends a browser here, checked as the standards say.

RFC 6749 section 4.1, RFC 7636 (S256 only), OpenID Connect Core 3.1.2. A wrong client or redirect
address is told to the person; every other fault goes back to the client.
"""

import re
from dataclasses import dataclass

from starlette.datastructures import QueryParams

from sandbox.identity.providers import GITHUB, Provider
from sandbox.settings import Settings

_CHALLENGE = re.compile(r"^[A-Za-z0-9_-]{43}$")
_LONGEST = 2048


@dataclass(frozen=True)
class Asked:
    """A request that may be answered with a code."""

    redirect_uri: str
    state: str
    scope: str
    nonce: str
    challenge: str
    login_hint: str = ""


class Unusable(Exception):
    """Nobody may be sent back: it is not known to whom. The sentence is shown instead."""


class Refused(Exception):
    """Goes back to the client, with one of the standards' codes."""

    def __init__(self, redirect_uri: str, state: str, error: str, description: str) -> None:
        super().__init__(description)
        self.redirect_uri, self.state = redirect_uri, state
        self.error, self.description = error, description


def read(provider: Provider, settings: Settings, given: QueryParams) -> Asked:
    """Raises Unusable or Refused."""
    if given.get("client_id") != provider.client_id:
        raise Unusable(
            f"The client_id is not {provider.client_id}, the one this sandbox knows for {provider.label}."
        )
    redirect_uri, allowed = given.get("redirect_uri", ""), provider.redirect_uris(settings)
    if redirect_uri not in allowed:
        raise Unusable(
            f"The redirect_uri {redirect_uri!r} is not on the list: {', '.join(allowed)}."
        )
    if fault := _fault(provider, given):
        raise Refused(redirect_uri, given.get("state", "")[:_LONGEST], *fault)
    return Asked(
        redirect_uri,
        given.get("state", ""),
        given.get("scope", ""),
        given.get("nonce", ""),
        given["code_challenge"],
        given.get("login_hint", ""),
    )


def _fault(provider: Provider, given: QueryParams) -> tuple[str, str] | None:
    names = [name for name, _ in given.multi_items()]
    if len(names) != len(set(names)):
        return "invalid_request", "A parameter was sent twice."
    if any(len(value) > _LONGEST for value in given.values()):
        return "invalid_request", "A parameter is too long."
    if given.get("code_challenge_method") != "S256" or not _CHALLENGE.match(
        given.get("code_challenge", "")
    ):
        return "invalid_request", "PKCE is required: code_challenge with S256."
    if provider is GITHUB:
        return None
    if given.get("response_type") != "code":
        return "unsupported_response_type", "Only response_type=code is spoken here."
    if "openid" not in given.get("scope", "").split():
        return "invalid_scope", "The scope must hold openid."
    if given.get("response_mode", "query") != "query":
        return "invalid_request", "Only response_mode=query is spoken here."
    if "request" in given or "request_uri" in given:
        return "request_not_supported", "Request objects are not spoken here."
    if "none" in given.get("prompt", "").split():
        return "interaction_required", "Somebody must choose who they are."
    return None
