"""Ids that leave the house: a prefix that says what it is, then time, then chance."""

import secrets

from saas_app.core import clock

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_TIME_CHARS = 9
_CHANCE_CHARS = 16


def new(prefix: str) -> str:
    """`ws_` + 25 characters: sortable by creation, 80 random bits, never guessable."""
    millis = int(clock.wall().timestamp() * 1000)
    head = "".join(
        _ALPHABET[(millis >> shift) & 31] for shift in range((_TIME_CHARS - 1) * 5, -1, -5)
    )
    # Each byte's low five bits: the alphabet has 32 letters, so none is likelier than another.
    tail = "".join(_ALPHABET[byte & 31] for byte in secrets.token_bytes(_CHANCE_CHARS))
    return f"{prefix}_{head}{tail}"
