"""The ways a person can log in by, and the rule that the last one stays."""

from sqlmodel import Session, col, func, select

from saas_app.accounts import passwords, people
from saas_app.accounts.errors import LastWayIn
from saas_app.accounts.models import User
from saas_app.accounts.oauth.models import Identity
from saas_app.accounts.passkeys.models import Passkey
from saas_app.core.errors import NotFound


def locked(session: Session, user_id: int) -> User:
    """The person, to be let go with the transaction: ways are counted and removed one at a time.

    Raises NotFound.
    """
    row = select(User).where(User.id == user_id).with_for_update()
    user = session.exec(row.execution_options(populate_existing=True)).first()
    if user is None:
        raise NotFound("That person is not there.")
    return user


def count(session: Session, user: User) -> int:
    """Password, passkeys and provider accounts. Back-ups for the second factor are none."""
    user_id = people.ident(user)
    found = int(user.password_hash != passwords.NOT_CHOSEN)
    for table in (Passkey, Identity):
        rows = select(func.count()).select_from(table).where(col(table.user_id) == user_id)
        found += session.exec(rows).one()
    return found


def require_another(session: Session, user: User) -> None:
    """Before one is removed, with the person `locked`. Raises LastWayIn."""
    if count(session, user) <= 1:
        raise LastWayIn(
            "This is the only way to log in to your account, so it stays. Choose a password or add another way first; then this one can go."
        )
