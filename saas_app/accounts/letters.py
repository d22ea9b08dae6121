"""One letter to one person about their account; words in `mail.<kind>`."""

from typing import Any

from sqlmodel import Session

from saas_app.accounts import people
from saas_app.accounts.models import User
from saas_app.core import ids
from saas_app.core.settings import settings
from saas_app.notifications import mail

SECURITY = "/settings/security"


def write(
    session: Session, kind: str, user: User, *, path: str, key: str = "", to: str = "", **facts: Any
) -> None:
    """Write to `user`, or to the address `to` of theirs. `path` is where the one button leads.

    Without a `key` every call is a letter of its own.
    """
    mail.write(
        session,
        kind,
        key=key or ids.new(kind),
        to=to or user.email,
        name=people.greeted(user),
        link=f"{settings().origin}{path}",
        user_id=people.ident(user),
        **facts,
    )
