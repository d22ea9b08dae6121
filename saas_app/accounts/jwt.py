"""Access tokens: EdDSA, ten minutes, one way to verify them. Says who asks, never what they may do."""

import base64
import warnings
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, OKPKey
from joserfc.jwt import ClaimsOption

from saas_app.accounts.errors import TokenInvalid
from saas_app.core import clock, crypto, ids
from saas_app.core.settings import settings

# RFC 9864 renames the algorithm to Ed25519; verifiers in the field still know it as EdDSA.
warnings.filterwarnings("ignore", message="EdDSA is deprecated via RFC 9864")

LIFETIME = timedelta(minutes=10)
_ALGORITHM = "EdDSA"
_TYPE = "at+jwt"
_LEEWAY_SECONDS = 5


@dataclass(frozen=True, slots=True)
class Claims:
    user_id: int
    workspace_id: int
    issued_at: int
    tier: str
    tier_version: int
    log_in: str


def issue(*, user_id: int, workspace_id: int, tier: str, tier_version: int, log_in: str) -> str:
    """A signed token of the log-in (refresh family) `log_in`, which ends together with it.

    `tier` is a hint for the reader, and `tier_version` says how old a hint: every limit asks the
    entitlement instead.
    """
    at = int(clock.wall().timestamp())
    key = _signing()[0]
    claims: dict[str, Any] = {
        "iss": settings().origin,
        "aud": settings().origin,
        "sub": str(user_id),
        "org": str(workspace_id),
        "tier": tier,
        "tier_ver": tier_version,
        "sid": log_in,
        "iat": at,
        "exp": at + int(LIFETIME.total_seconds()),
        "jti": ids.new("jwt"),
    }
    return jwt.encode(
        {"alg": _ALGORITHM, "typ": _TYPE, "kid": key.kid}, claims, key, algorithms=[_ALGORITHM]
    )


def verify(token: str) -> Claims:
    """Raises TokenInvalid. joserfc's decode alone accepts an expired token, so nobody else calls it."""
    try:
        decoded = jwt.decode(token, KeySet(list(_signing())), algorithms=[_ALGORITHM])  # noqa: TID251 — this is the one verify()
        _registry().validate(decoded.claims)
        if decoded.header.get("typ") != _TYPE:
            raise TokenInvalid(_SENTENCE)
        return Claims(
            int(decoded.claims["sub"]),
            int(decoded.claims["org"]),
            int(decoded.claims["iat"]),
            str(decoded.claims["tier"]),
            int(decoded.claims["tier_ver"]),
            str(decoded.claims["sid"]),
        )
    except (JoseError, KeyError, ValueError, TypeError) as wrong:
        raise TokenInvalid(_SENTENCE) from wrong


def public_keys() -> dict[str, Any]:
    """The JWKS document; keys of older secrets stay in it until their secret is removed."""
    return {
        "keys": [
            key.as_dict(private=False) | {"use": "sig", "alg": _ALGORITHM} for key in _signing()
        ]
    }


_SENTENCE = "The access token is missing, damaged or expired. Refresh it or log in again; nothing was changed."


def _registry() -> jwt.JWTClaimsRegistry:
    known: ClaimsOption = {"essential": True, "value": settings().origin}
    essential: ClaimsOption = {"essential": True}
    at = int(clock.wall().timestamp())
    return jwt.JWTClaimsRegistry(
        now=at,
        leeway=_LEEWAY_SECONDS,
        iss=known,
        aud=known,
        exp=essential,
        iat=essential,
        sub=essential,
        jti=essential,
        org=essential,
        tier=essential,
        tier_ver=essential,
        sid=essential,
    )


def _signing() -> tuple[OKPKey, ...]:
    return _keys(tuple(settings().secret_keys))


@cache
def _keys(secrets: tuple[str, ...]) -> tuple[OKPKey, ...]:
    return tuple(_key(secret) for secret in secrets)


def _key(secret: str) -> OKPKey:
    seed = crypto.derive("jwt", secret)
    public = (
        Ed25519PrivateKey.from_private_bytes(seed)
        .public_key()
        .public_bytes(Encoding.Raw, PublicFormat.Raw)
    )
    key = OKPKey.import_key({"kty": "OKP", "crv": "Ed25519", "d": _b64(seed), "x": _b64(public)})
    key.ensure_kid()
    return key


def _b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
