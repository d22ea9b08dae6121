"""Registration: a person, their workspace and the letter that proves the address."""

from sqlmodel import Session

from saas_app.accounts import letters, people, signup
from saas_app.accounts.models import User
from saas_app.accounts.oauth import identities
from saas_app.accounts.oauth.claims import Proof
from saas_app.accounts.oauth.providers import LABELS
from saas_app.accounts.signup import Application
from saas_app.audit import trail
from saas_app.audit.trail import Origin
from saas_app.core import clock, ids
from saas_app.core.db import transaction
from saas_app.core.tasks import Payload, enqueue, task
from saas_app.entitlements import columns
from saas_app.workspaces import memberships
from saas_app.workspaces.models import Workspace

_FOLLOW = "registration.follow"


def register(session: Session, application: Application, origin: Origin) -> User | None:
    """Sign a person up; None when the address already has an account.

    Either way one letter goes out. The caller learns which it was: nothing for a stranger's eyes.
    """
    user = signup.create(session, application)
    if user is None:
        known = people.by_address(session, application.address)
        if known is not None:
            _remind(session, known)
        return None
    settle(session, user, origin)
    signup.send_verification(session, user)
    return user


def request(
    session: Session, application: Application, origin: Origin, *, by: Proof | None = None
) -> None:
    """The same, asked for by a stranger: known and new addresses take the same time.

    Both try to add a person, find whose the address is, write it down and leave the rest to a task.
    `by` is the provider account they came with, where it does not vouch for the address.
    """
    added = signup.create(session, application)
    person = added or people.by_address(session, application.address)
    if person is None:  # erased between the two looks: nothing to follow
        return
    event = "account.registered" if added else "account.registration_repeated"
    trail.record(session, event, actor_id=person.id, origin=origin)
    came = {"provider": by.provider, "tenant": by.tenant, "subject": by.subject} if by else None
    payload: Payload = {"user_id": person.id, "new": added is not None, "by": came}
    enqueue(session, _FOLLOW, ids.new("reg"), payload)


def settle(session: Session, user: User, origin: Origin) -> None:
    """A workspace of their own for a new person, by whatever door they came."""
    workspace = _home(session, user)
    trail.record(
        session, "account.registered", actor_id=user.id, workspace_id=workspace.id, origin=origin
    )


@task(_FOLLOW)
def _follow(payload: Payload) -> None:
    with transaction() as session:
        user, by = people.by_id(session, payload["user_id"]), payload.get("by")
        if not payload["new"]:
            _remind(session, user, LABELS[by["provider"]] if by else "")
            return
        # The task may run twice: whoever has a workspace has the letter too.
        if memberships.any_of(session, payload["user_id"]):
            return
        _home(session, user)
        # Proved meanwhile by somebody else, perhaps: then it is not this stranger's any more.
        if by and user.email_verified_at is None:
            identities.add(session, people.ident(user), Proof(**by))
        signup.send_verification(session, user)


def _home(session: Session, user: User) -> Workspace:
    """With the columns saying what it gives: not every catalogue calls its first plan Free."""
    ident = people.ident(user)
    workspace = memberships.create_personal(session, ident, user.name or user.email.split("@")[0])
    session.flush()
    columns.refresh(session, [ident], clock.now())
    return workspace


def _remind(session: Session, known: User, provider: str = "") -> None:
    """An unproved address is asked for its password anew, a proved one gets a hint to log in."""
    if known.email_verified_at is None:
        signup.ask_for_a_password(session, known)
    elif provider:
        path = "/login?next=/login/provider/connect"
        letters.write(session, "provider_known", known, path=path, provider=provider)
    else:
        signup.tell_already_registered(session, known)
