"""Choosing a new password by a mailed link, or knowing the present one."""

from typing import Any

from sqlmodel import Session

from saas_app.accounts import email_address, links, passwords, people, sessions
from saas_app.accounts.links import LIFETIMES, Purpose
from saas_app.accounts.models import User
from saas_app.core import clock, ids
from saas_app.core.settings import settings
from saas_app.notifications import mail


def ask(session: Session, email: str) -> None:
    """Send the link if the address is known; say nothing either way. Raises Invalid for a non-address."""
    user = people.by_address(session, email_address.parse(email))
    if user is not None:
        send(session, user)


def send(session: Session, user: User) -> None:
    """A letter with a fresh link to choose a password; earlier links stop working."""
    plain = links.issue(session, people.ident(user), Purpose.RESET_PASSWORD)
    minutes = int(LIFETIMES[Purpose.RESET_PASSWORD].total_seconds() // 60)
    link = f"{settings().origin}/reset-password?token={plain}"
    key, name = ids.new("reset"), people.greeted(user)
    told: dict[str, Any] = {"key": key, "to": user.email, "name": name, "link": link}
    if user.password_hash == passwords.NOT_CHOSEN:
        mail.write(session, "choose_password", **told, minutes=minutes)
    else:
        mail.write(session, "reset_password", **told, minutes=minutes)


def choose(session: Session, plain: str, password_hash: str) -> User:
    """Set the new password and log the person out everywhere.

    The letter reached its reader, so the address counts as proved.
    Raises LinkInvalid, LinkExpired or LinkUsed.
    """
    user = people.by_id(session, links.redeem(session, plain, Purpose.RESET_PASSWORD))
    user.password_hash = password_hash
    user.email_verified_at = user.email_verified_at or clock.now()
    sessions.end_all(session, user)
    link = f"{settings().origin}/login"
    mail.write(
        session,
        "password_changed",
        key=ids.new("changed"),
        to=user.email,
        name=user.name,
        link=link,
    )
    return user


def checked_hash(password: str) -> str:
    """The hash of an acceptable password, made before any transaction is open. Raises Invalid."""
    passwords.check(password, about=[])
    return passwords.hashed(password)
