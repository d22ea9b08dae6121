"""Changing a password while logged in, or choosing a first one."""

from dataclasses import dataclass

from sqlmodel import Session

from saas_app.accounts import letters, passwords, sessions, ways_in
from saas_app.accounts.models import User
from saas_app.core import rate_limit
from saas_app.core.errors import Conflict, Invalid
from saas_app.core.texts import text


@dataclass(frozen=True, slots=True)
class Chosen:
    """Both checked and hashed before any transaction is open. `before` is what was checked against."""

    password_hash: str
    before: str


_THE_SAME = "This is your present password. Choose another one."


def checked(user: User, current: str, wanted: str) -> Chosen:
    """Every problem at once. Raises Invalid (fields `current`, `password`) and TooMany.

    Whoever has no password yet leaves `current` empty; the edge asks them for a fresh proof.
    """
    rate_limit.hit("password.change", str(user.id), limit=10, seconds=900)
    problems: dict[str, str] = {}
    has_one = user.password_hash != passwords.NOT_CHOSEN
    if has_one and not passwords.verified(current, user.password_hash)[0]:
        problems["current"] = "This is not your present password. It stays as it is."
    if sentence := passwords.weakness(wanted, about=[*user.email.split("@"), *user.name.split()]):
        problems["password"] = sentence
    elif has_one and wanted == current:
        problems["password"] = _THE_SAME
    if problems:
        raise Invalid("Your password was not changed.", fields=problems)
    return Chosen(passwords.hashed(wanted), user.password_hash)


def store(session: Session, user_id: int, chosen: Chosen, *, keep: str) -> User:
    """Set it and end every other log-in; the session with the digest `keep` stays.

    Raises Conflict when the password was chosen anew since it was checked, by a mailed link perhaps.
    """
    user = ways_in.locked(session, user_id)
    if user.password_hash != chosen.before:
        raise Conflict(text("account.password_changed_meanwhile"))
    user.password_hash = chosen.password_hash
    user.password_mailed_at = None
    session.add(user)
    sessions.end_others(session, user_id, keep)
    letters.write(session, "password_changed", user, path="/login")
    return user
