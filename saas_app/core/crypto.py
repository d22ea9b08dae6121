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
    """Open with whichever secret it was sealed under. Raises CannotOpen."""
    return _opened(sealed, place)[0]


def renewed(sealed: str, *, place: str) -> str:
    """The same under the newest secret; itself where it is already. Raises CannotOpen."""
    text, age = _opened(sealed, place)
    return seal(text, place=place) if age else sealed


def _opened(sealed: str, place: str) -> tuple[str, int]:
    """The text, and how many secrets are newer than the one it was sealed under."""
    raw = base64.urlsafe_b64decode(sealed.encode())
    for age, secret in enumerate(settings().secret_keys):
        try:
            text = AESGCM(derive("seal", secret)).decrypt(
                raw[:_NONCE], raw[_NONCE:], place.encode()
            )
        except InvalidTag:
            continue
        return text.decode(), age
    raise CannotOpen(place)
