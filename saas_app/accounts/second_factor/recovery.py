"""Ten codes for the day the telephone is gone: shown once, each good for one log-in."""

import base64
import secrets

from sqlmodel import Session, col, delete, func, select, update

from saas_app.accounts import letters, people, ways_in
from saas_app.accounts.models import User
from saas_app.accounts.second_factor.models import RecoveryCode
from saas_app.core import clock, tokens

HOW_MANY = 10
_BYTES = 10  # 80 bits: nobody guesses them, so a plain digest is enough at rest
_LENGTH = 16
_GROUP = 4


def make(session: Session, user_id: int) -> list[str]:
    """Ten new codes; every earlier one stops working."""
    ways_in.locked(session, user_id)
    void(session, user_id)
    codes, at = [_new() for _ in range(HOW_MANY)], clock.wall()
    session.add_all(
        RecoveryCode(digest=_digest(user_id, code), user_id=user_id, created_at=at)
        for code in codes
    )
    session.flush()
    return codes


def spend(session: Session, user: User, code: str) -> bool:
    """Whether this code is right and unused. Of many at once, one succeeds; its owner gets a letter."""
    user_id = people.ident(user)
    unused = update(RecoveryCode).where(
        col(RecoveryCode.digest) == _digest(user_id, code),
        col(RecoveryCode.user_id) == user_id,
        col(RecoveryCode.used_at).is_(None),
    )
    if session.exec(unused.values(used_at=clock.wall())).rowcount != 1:
        return False
    letters.write(
        session, "recovery_code_used", user, path=letters.SECURITY, left=left(session, user_id)
    )
    return True


def left(session: Session, user_id: int) -> int:
    unused = (
        select(func.count())
        .select_from(RecoveryCode)
        .where(col(RecoveryCode.user_id) == user_id, col(RecoveryCode.used_at).is_(None))
    )
    return session.exec(unused).one()


def void(session: Session, user_id: int) -> None:
    session.exec(delete(RecoveryCode).where(col(RecoveryCode.user_id) == user_id))


def _new() -> str:
    letters = base64.b32encode(secrets.token_bytes(_BYTES)).decode().lower()
    return "-".join(letters[at : at + _GROUP] for at in range(0, _LENGTH, _GROUP))


def _digest(user_id: int, code: str) -> str:
    """However it was copied: capitals, spaces and missing hyphens are no reason to refuse it."""
    plain = "".join(code.lower().replace("-", " ").split())
    return tokens.digest(f"recovery:{user_id}:{plain}")
