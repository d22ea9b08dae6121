"""One-time and session secrets: the person gets the plain text, the database its digest."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass

_BYTES = 32


@dataclass(frozen=True, slots=True)
class Issued:
    plain: str
    digest: str


def issue() -> Issued:
    """256 random bits: a plain SHA-256 is enough at rest, nobody guesses them."""
    plain = secrets.token_urlsafe(_BYTES)
    return Issued(plain, digest(plain))


def digest(plain: str) -> str:
    return hashlib.sha256(plain.encode()).hexdigest()


def same(left: str, right: str) -> bool:
    return hmac.compare_digest(left.encode(), right.encode())
