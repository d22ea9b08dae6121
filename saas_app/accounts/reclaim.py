"""An account whose address was never proved becomes the one who proves it, with nothing left inside.

Somebody may have signed up with another's address and waited. Whatever they set up (password,
provider accounts, passkeys, sessions) is gone before the true owner comes in.
"""

from sqlmodel import Session, SQLModel, col, delete

from saas_app.accounts import passwords, people, sessions
from saas_app.accounts.models import EmailChange, KnownDevice, OneTimeToken, User
from saas_app.accounts.oauth import identities
from saas_app.accounts.passkeys.models import Passkey
from saas_app.accounts.second_factor.models import (
    MailedCode,
    PendingLogin,
    Phone,
    RecoveryCode,
    Totp,
)
from saas_app.core import clock

_SET_UP_BY_SOMEBODY: tuple[type[SQLModel], ...] = (
    OneTimeToken,
    EmailChange,
    KnownDevice,
    PendingLogin,
    MailedCode,
    Passkey,
    Totp,
    RecoveryCode,
    Phone,
)


def reclaim(session: Session, user: User, name: str) -> None:
    """Empty it and count the address as proved."""
    user_id = people.ident(user)
    for table in _SET_UP_BY_SOMEBODY:
        session.exec(delete(table).where(col(table.user_id) == user_id))  # pyright: ignore[reportAttributeAccessIssue] — each of these tables has an owner
    identities.forget_all(session, user_id)
    user.password_hash = passwords.NOT_CHOSEN
    user.name = name
    user.email_verified_at = clock.now()
    sessions.end_all(session, user)
