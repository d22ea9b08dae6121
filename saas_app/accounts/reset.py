"""Choosing a new password by a mailed link."""

from sqlmodel import Session

from saas_app.accounts import devices, letters, links, passwords, people, sessions
from saas_app.accounts.links import LIFETIMES, Purpose
from saas_app.accounts.models import User
from saas_app.accounts.oauth import identities
from saas_app.core import clock


def send(session: Session, user: User) -> None:
    """A letter with a fresh link to choose a password; earlier links stop working."""
    plain = links.issue(session, people.ident(user), Purpose.RESET_PASSWORD)
    minutes = int(LIFETIMES[Purpose.RESET_PASSWORD].total_seconds() // 60)
    path = f"/reset-password?token={plain}"
    if user.password_hash == passwords.NOT_CHOSEN:
        letters.write(session, "choose_password", user, path=path, minutes=minutes)
    else:
        letters.write(session, "reset_password", user, path=path, minutes=minutes)


def choose(session: Session, plain: str, password_hash: str) -> User:
    """Set the new password and log the person out everywhere.

    The letter reached its reader, so the address counts as proved.
    Raises LinkInvalid, LinkExpired or LinkUsed.
    """
    user = people.by_id(session, links.redeem(session, plain, Purpose.RESET_PASSWORD))
    user.password_hash = password_hash
    user.password_mailed_at = clock.wall()
    if user.email_verified_at is None:
        # Connected before anybody proved the address: perhaps by a stranger.
        identities.forget_all(session, people.ident(user))
        user.email_verified_at = clock.now()
    # Whoever sits at a trusted browser may sit at its open mailbox too.
    devices.distrust_all(session, people.ident(user))
    sessions.end_all(session, user)
    letters.write(session, "password_changed", user, path="/login")
    return user


def checked_hash(password: str) -> str:
    """The hash of an acceptable password, made before any transaction is open. Raises Invalid."""
    passwords.check(password, about=[])
    return passwords.hashed(password)
