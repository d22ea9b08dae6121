"""Codes and access tokens: a code works once, within a minute, for whom it was made."""

import base64
import hashlib
import hmac
import time
from typing import Any

from sandbox import ids
from sandbox.identity.asked import Asked
from sandbox.identity.people import Person
from sandbox.identity.providers import Provider
from sandbox.store import Body, Store

CODE_SECONDS = 60
TOKEN_SECONDS = 3600
_CODE, _TOKEN = "identity.code", "identity.token"


class InvalidGrant(Exception):
    """The code does not fit; RFC 6749 section 5.2 calls every such case invalid_grant."""


def code_for(store: Store, provider: Provider, asked: Asked, person: Person) -> str:
    """A fresh code."""
    with store.transaction():
        _forget_old(store)
        code = ids.letters(40)
        store.put(
            {
                "id": code,
                "object": _CODE,
                "created": int(time.time()),
                "provider": provider.key,
                "redirect_uri": asked.redirect_uri,
                "scope": asked.scope,
                "nonce": asked.nonce,
                "challenge": asked.challenge,
                "person": person.kept(),
                "token": None,
            }
        )
    return code


def redeemed(
    store: Store, provider: Provider, code: str, redirect_uri: str, verifier: str
) -> tuple[str, Body]:
    """(access token, what the code was made for). A second use takes the first one's token away."""
    with store.transaction():
        kept = store.get(code)
        if kept is None or kept["object"] != _CODE or kept["provider"] != provider.key:
            raise InvalidGrant("There is no such code.")
        if kept["token"] is None:
            _check(kept, redirect_uri, verifier)
            token = f"sbx_{ids.letters(40)}"
            store.put({**kept, "token": token})
            store.put({**kept, "id": token, "object": _TOKEN})
            return token, kept
        store.remove(kept["token"])
    raise InvalidGrant("The code was used before; what it gave was taken back.")


def behind(store: Store, provider: Provider, token: str) -> Body | None:
    """What an access token may be asked for; None for one that is not good here (any more)."""
    kept = store.get(token)
    if kept is None or kept["object"] != _TOKEN or kept["provider"] != provider.key:
        return None
    return kept if time.time() - kept["created"] < TOKEN_SECONDS else None


def person_of(kept: Body) -> Person:
    """Who pressed the button."""
    return Person(**kept["person"])


def _check(kept: Body, redirect_uri: str, verifier: str) -> None:
    if time.time() - kept["created"] >= CODE_SECONDS:
        raise InvalidGrant("The code is older than a minute.")
    if kept["redirect_uri"] != redirect_uri:
        raise InvalidGrant("The redirect_uri is not the one the code was made for.")
    digest = hashlib.sha256(verifier.encode()).digest()
    challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    if not hmac.compare_digest(challenge, kept["challenge"]):
        raise InvalidGrant("The code_verifier does not fit the code_challenge.")


def _forget_old(store: Store) -> None:
    before: Any = time.time() - TOKEN_SECONDS
    for kind in (_CODE, _TOKEN):
        for old in store.select(kind, created={"lt": int(before)}):
            store.remove(old["id"])
