"""How a key is written: `tm_live_<id>_<secret>_<checksum>`, so that scanners know one when they see it.

The checksum lets a scanner, and us, tell a key from a look-alike without asking a database; the
secret holds 256 random bits, so a plain SHA-256 is enough at rest.
"""

import secrets
import string
import zlib
from dataclasses import dataclass

from saas_app.core import tokens

PREFIX = "tm_live_"
_ALPHABET = string.digits + string.ascii_uppercase + string.ascii_lowercase
_ID, _SECRET, _CHECKSUM = 12, 43, 6  # 62**43 > 2**256, 62**6 > 2**32


@dataclass(frozen=True, slots=True)
class Written:
    """`plain` is shown once and kept nowhere."""

    name_outside: str
    plain: str
    digest: str


def written(name_outside: str = "") -> Written:
    """A new secret, for a new key or for the one of that name."""
    name = name_outside or _random(_ID)
    body = f"{PREFIX}{name}_{_random(_SECRET)}"
    plain = f"{body}_{_checksum(body)}"
    return Written(name, plain, tokens.digest(plain))


def looks_like_one(text: str) -> bool:
    return text.startswith(PREFIX)


def read(plain: str) -> str | None:
    """The id in a key that is written as ours are, or None."""
    if not plain.isascii() or not looks_like_one(plain):
        return None
    body, _, checksum = plain.rpartition("_")
    name, _, chance = body.removeprefix(PREFIX).partition("_")
    letters = len(name) == _ID and len(chance) == _SECRET and (name + chance).isalnum()
    return name if letters and tokens.same(checksum, _checksum(body)) else None


def _random(length: int) -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))


def _checksum(body: str) -> str:
    rest, letters = zlib.crc32(body.encode()), ""
    for _ in range(_CHECKSUM):
        rest, digit = divmod(rest, len(_ALPHABET))
        letters = _ALPHABET[digit] + letters
    return letters
