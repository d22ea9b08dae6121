"""Questions put to authenticators: for one browser and one purpose, answered once, within minutes."""

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from sqlmodel import Session, col, delete, update

from saas_app.accounts.errors import WrongPasskey
from saas_app.accounts.passkeys.models import PasskeyChallenge
from saas_app.core import clock, tokens

COOKIE = "__Host-passkey"
GOOD_FOR = timedelta(minutes=5)


class Purpose(StrEnum):
    REGISTER = "register"
    LOG_IN = "log_in"
    SECOND_STEP = "second_step"
    STEP_UP = "step_up"


@dataclass(frozen=True, slots=True)
class Question:
    """`browser` goes into a cookie, `ticket` to the page; only both together know the challenge.

    So an answer fetched from another browser answers nothing here, and two tabs do not disturb
    each other.
    """

    browser: str
    ticket: str
    challenge: bytes


def ask(session: Session, purpose: Purpose, browser: str, user_id: int | None = None) -> Question:
    """`browser` is the cookie as it was sent; a browser without one gets a new one."""
    browser, ticket, at = browser or tokens.issue().plain, tokens.issue().plain, clock.wall()
    session.add(
        PasskeyChallenge(
            digest=_digest(browser, ticket),
            purpose=purpose,
            user_id=user_id,
            created_at=at,
            expires_at=at + GOOD_FOR,
        )
    )
    return Question(browser, ticket, _challenge(browser, ticket))


def spend(
    session: Session, purpose: Purpose, browser: str, ticket: str, user_id: int | None = None
) -> bytes:
    """The challenge that was asked. Whatever the answer is worth, there is no second one to it.

    Commit before looking at the answer. Raises WrongPasskey.
    """
    at = clock.wall()
    unanswered = (
        update(PasskeyChallenge)
        .where(
            col(PasskeyChallenge.digest) == _digest(browser, ticket),
            col(PasskeyChallenge.purpose) == purpose,
            col(PasskeyChallenge.user_id) == user_id
            if user_id is not None
            else col(PasskeyChallenge.user_id).is_(None),
            col(PasskeyChallenge.used_at).is_(None),
            col(PasskeyChallenge.expires_at) > at,
        )
        .values(used_at=at)
    )
    if session.exec(unanswered).rowcount != 1:
        raise WrongPasskey(
            "That took too long, or was answered already. Nothing was changed; please try again."
        )
    return _challenge(browser, ticket)


def purge(session: Session) -> int:
    """Forget questions nobody can answer any more; how many there were."""
    return session.exec(
        delete(PasskeyChallenge).where(col(PasskeyChallenge.expires_at) < clock.wall())
    ).rowcount


def _challenge(browser: str, ticket: str) -> bytes:
    return hashlib.sha256(f"challenge:{browser}:{ticket}".encode()).digest()


def _digest(browser: str, ticket: str) -> str:
    return tokens.digest(f"{browser}:{ticket}")
