"""The key that signs id_tokens: made once, kept with the sandbox's memory, shown by its public half."""

import time
from typing import Any

from joserfc import jwt
from joserfc.jwk import RSAKey

from sandbox.store import Store

_NOTE = "identity.key"
_BITS = 2048


def signed(store: Store, claims: dict[str, Any], seconds: int) -> str:
    """A JWT of these claims, good for so many seconds."""
    key, now = _key(store), int(time.time())
    header = {"alg": "RS256", "typ": "JWT", "kid": key.kid}
    dated = {"iat": now, "exp": now + seconds, **claims}
    return jwt.encode(header, dated, key, algorithms=["RS256"])


def published(store: Store) -> dict[str, Any]:
    """The JWKS document."""
    return {"keys": [_key(store).as_dict(private=False) | {"use": "sig", "alg": "RS256"}]}


def _key(store: Store) -> RSAKey:
    kept = store.read_note(_NOTE, None)
    if kept is None:
        made = RSAKey.generate_key(_BITS)
        made.ensure_kid()
        kept = made.as_dict(private=True)
        store.write_note(_NOTE, kept)
    return RSAKey.import_key(kept)
