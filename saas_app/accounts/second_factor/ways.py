"""Which second factors a person has set up. Proves none of them."""

from enum import StrEnum

from sqlmodel import Session, col, func, select

from saas_app.accounts import people
from saas_app.accounts.models import User
from saas_app.accounts.passkeys.models import Passkey
from saas_app.accounts.second_factor import phone, recovery, totp
from saas_app.notifications import sms

_BY_PASSWORD = "pwd"  # noqa: S105 — how the first factor is called, `entry.Method.PASSWORD`


class Way(StrEnum):
    APP = "app"
    PASSKEY = "passkey"
    RECOVERY = "recovery"
    SMS = "sms"
    LETTER = "letter"


def ways(session: Session, user: User, *, first: str = _BY_PASSWORD) -> tuple[Way, ...]:
    """What may be asked for after this first factor, the best first; empty where one is enough.

    An authenticator app or a passkey turns the second factor on. The others are back-ups for
    the day it is lost, and turn nothing on by themselves.
    """
    user_id = people.ident(user)
    strong = strong_ways(session, user_id)
    if not strong:
        return ()
    backups = {
        Way.RECOVERY: recovery.left(session, user_id) > 0,
        Way.SMS: sms.available() and bool(phone.verified(session, user_id)),
        Way.LETTER: letter_is_another_factor(user, first),
    }
    return (*strong, *(way for way, there in backups.items() if there))


def strong_ways(session: Session, user_id: int) -> tuple[Way, ...]:
    """What turns the second factor on."""
    there = {
        Way.PASSKEY: has_passkey(session, user_id),
        Way.APP: totp.is_on(session, user_id),
    }
    return tuple(way for way, has in there.items() if has)


def letter_is_another_factor(user: User, first: str) -> bool:
    """Whether a code by letter proves anything that the first factor did not.

    A password that was itself chosen by a mailed link proves the mailbox, and so may a provider
    that hosts it: the same mailbox twice is one factor.
    """
    return first == _BY_PASSWORD and user.password_mailed_at is None


def has_passkey(session: Session, user_id: int) -> bool:
    mine = select(func.count()).select_from(Passkey).where(col(Passkey.user_id) == user_id)
    return session.exec(mine).one() > 0
