"""Dangerous acts ask for a fresh proof of who one is: a log-in left open is not enough."""

from datetime import datetime, timedelta
from enum import StrEnum

from sqlmodel import Session

from saas_app.accounts import people, second_factor
from saas_app.accounts.errors import StepUpRequired
from saas_app.accounts.models import User
from saas_app.accounts.second_factor import Way, codes, recovery, totp
from saas_app.accounts.second_factor.codes import Channel
from saas_app.core import rate_limit

FRESH_FOR = timedelta(minutes=10)


class Proof(StrEnum):
    """What counts as a fresh proof. A text message never does: numbers are stolen too easily."""

    PASSKEY = "passkey"
    PASSWORD = "password"  # noqa: S105 — the name of a proof
    APP = "app"
    RECOVERY = "recovery"
    LETTER = "letter"


def is_fresh(authenticated_at: datetime, at: datetime) -> bool:
    return at - authenticated_at < FRESH_FOR


def require(authenticated_at: datetime, at: datetime) -> None:
    """Raises StepUpRequired when the last proof is too old for a dangerous act."""
    if not is_fresh(authenticated_at, at):
        raise StepUpRequired(
            "Please confirm that it is you. Nothing was changed yet, and what you typed is kept."
        )


def proofs(session: Session, user: User) -> tuple[Proof, ...]:
    """What this person can prove themselves with, the easiest first.

    A code by letter is for those who have nothing else, because they come by a provider alone.
    """
    user_id = people.ident(user)
    strong = second_factor.strong_ways(session, user_id)
    there = {
        Proof.PASSKEY: Way.PASSKEY in strong,
        Proof.PASSWORD: bool(user.password_hash),
        Proof.APP: Way.APP in strong,
    }
    own = tuple(proof for proof, has in there.items() if has)
    if not own:
        return (Proof.LETTER,)
    return (*own, *((Proof.RECOVERY,) if recovery.left(session, user_id) else ()))


def allow(user_id: int) -> None:
    """Count a try before it is looked at. Raises TooMany."""
    rate_limit.hit("step_up", str(user_id), limit=10, seconds=900)


def proved(session: Session, user: User, proof: Proof, code: str, session_digest: str) -> bool:
    """Whether this code is good. A wrong one must be committed as well: it may count as a try.

    Passwords are slow and passkeys need a question first: both are proved elsewhere.
    """
    if proof not in proofs(session, user):
        return False
    match proof:
        case Proof.APP:
            return totp.accept(session, people.ident(user), code)
        case Proof.RECOVERY:
            return recovery.spend(session, user, code)
        case Proof.LETTER:
            return codes.accept(session, session_digest, Channel.LETTER, code)
        case Proof.PASSWORD | Proof.PASSKEY:
            return False
