"""Hashes passwords, slowly and in bounded number, and says which ones are too easy."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from unicodedata import normalize

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from zxcvbn_rs_py import Entropy, zxcvbn

from saas_app.core.errors import Invalid, Unavailable
from saas_app.core.settings import settings

SHORTEST = 10
LONGEST = 128
_STRONG_ENOUGH = 3
# What follows is not looked at: the work grows with the square of the length, and strangers ask for it.
_SCORED = 50
# In place of a hash: no password fits until its owner chooses one by a mailed link.
NOT_CHOSEN = ""
# 46 MiB each: two at once, a short queue, and a flood of log-ins cannot eat the machine.
_AT_ONCE = threading.BoundedSemaphore(2)
_WAIT_SECONDS = 5.0


def check(password: str, *, about: list[str]) -> None:
    """Refuse what a guesser finds early. `about` holds the person's own words: name, address.

    Raises Invalid (field `password`). No composition rules: length and surprise decide
    (NIST SP 800-63B, 5.1.1.2).
    """
    if sentence := weakness(password, about=about):
        raise Invalid("That password cannot be used.", fields={"password": sentence})


def weakness(password: str, *, about: list[str]) -> str:
    """Why this password will not do, as a sentence; empty when it will."""
    if len(password) < SHORTEST:
        return f"Use at least {SHORTEST} characters. A few unrelated words are easy to keep and hard to guess."
    if len(password) > LONGEST:
        return f"Use at most {LONGEST} characters."
    verdict = _verdict(password, about)
    if int(verdict.score) >= _STRONG_ENOUGH:
        return ""
    warning = verdict.feedback.warning if verdict.feedback else None
    return f"This password is easy to guess. {warning or 'Add another unrelated word or two.'}"


def score(password: str, *, about: list[str]) -> int:
    """From 0, a first guess, to 4, years of guessing."""
    return int(_verdict(password, about).score)


def hashed(password: str) -> str:
    with _turn():
        return _hasher().hash(_normal(password))


def verified(password: str, known: str | None) -> tuple[bool, str | None]:
    """(whether it matches, a fresh hash to store when the parameters moved on).

    With no known hash it works just as long and says no: an unknown address takes the same time,
    and so does one whose password is yet to be chosen.
    """
    with _turn():
        if not known:
            _hasher().verify(_normal(password), _nobody())
            return False, None
        return _hasher().verify_and_update(_normal(password), known)


def _verdict(password: str, about: list[str]) -> Entropy:
    return zxcvbn(password[:_SCORED], [*about, settings().brand])


@contextmanager
def _turn() -> Iterator[None]:
    if not _AT_ONCE.acquire(timeout=_WAIT_SECONDS):
        raise Unavailable(
            "Too many people are logging in this second. Nothing was changed; please try again in a moment."
        )
    try:
        yield
    finally:
        _AT_ONCE.release()


def _normal(password: str) -> str:
    return normalize("NFKC", password)[:LONGEST]


@cache
def _hasher() -> PasswordHash:
    # OWASP's argon2id row m=46 MiB, t=1, p=1: 60 ms on one core of a small server.
    return PasswordHash((Argon2Hasher(memory_cost=46 * 1024, time_cost=1, parallelism=1),))


@cache
def _nobody() -> str:
    return _hasher().hash("nobody has this password")
