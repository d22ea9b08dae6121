"""Registration: a person, their workspace and the letter that proves the address, at once."""

from sqlmodel import Session

from saas_app.accounts import email_address, passwords, people, reset, signup
from saas_app.accounts.models import User
from saas_app.accounts.signup import Application
from saas_app.audit import trail
from saas_app.audit.trail import Origin
from saas_app.core import rate_limit
from saas_app.workspaces import memberships


def register(session: Session, application: Application, origin: Origin) -> User | None:
    """Sign a person up; None when the address already has an account.

    Either way one letter goes out, so that the answer to a stranger is the same.
    """
    user = signup.create(session, application)
    if user is None:
        known = people.by_address(session, application.address)
        if known is not None:
            _remind(session, known)
        return None
    workspace = memberships.create_personal(
        session, people.ident(user), user.name or user.email.split("@")[0]
    )
    signup.send_verification(session, user)
    trail.record(
        session, "account.registered", actor_id=user.id, workspace_id=workspace.id, origin=origin
    )
    return user


def resend(session: Session, email: str) -> None:
    """Send the confirmation letter again where one is due; silently nothing otherwise.

    Raises Invalid for what is no address, TooMany when letters went out a moment ago.
    """
    address = email_address.parse(email)
    rate_limit.hit("letters", address.key, limit=5, seconds=3600)
    known = people.by_address(session, address)
    if known is None or known.email_verified_at is not None:
        return
    if known.password_hash == passwords.NOT_CHOSEN:
        reset.send(session, known)
    else:
        signup.send_verification(session, known)


def _remind(session: Session, known: User) -> None:
    """An unproved address is asked for its password anew, a proved one gets a hint to log in."""
    if known.email_verified_at is None:
        signup.ask_for_a_password(session, known)
    else:
        signup.tell_already_registered(session, known)
