"""Keys derived from the installation's secret, and sealing of small secrets at rest."""

import base64
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from saas_app.core.settings import settings

_NONCE = 12


class CannotOpen(Exception):
    """The sealed text was written under a secret this installation no longer holds."""


def derive(purpose: str, secret: str) -> bytes:
    """32 bytes for one purpose; a leak of one key tells nothing about another."""
    return HKDF(SHA256(), 32, salt=b"tidemark", info=purpose.encode()).derive(secret.encode())


def seal(text: str, *, place: str) -> str:
    """Encrypt with the newest secret; `place` (table, column, row) is bound to the ciphertext.

    Bound, so that a ciphertext copied into another row does not open there.
    """
    key = derive("seal", settings().secret_keys[0])
    nonce = os.urandom(_NONCE)
    body = AESGCM(key).encrypt(nonce, text.encode(), place.encode())
    return base64.urlsafe_b64encode(nonce + body).decode()


def unseal(sealed: str, *, place: str) -> str:
    """Open with whichever secret it was sealed under, newest first."""
    raw = base64.urlsafe_b64decode(sealed.encode())
    for secret in settings().secret_keys:
        try:
            return (
                AESGCM(derive("seal", secret))
                .decrypt(raw[:_NONCE], raw[_NONCE:], place.encode())
                .decode()
            )
        except InvalidTag:
            continue
    raise CannotOpen(place)
