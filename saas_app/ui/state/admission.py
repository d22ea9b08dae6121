"""Re-reads who is behind a cookie and what they may do. One short read, for every event."""

from dataclasses import dataclass

from saas_app.accounts import sessions
from saas_app.accounts.sessions import SignedIn
from saas_app.core.db import snapshot
from saas_app.core.errors import NotAllowed, NotSignedIn
from saas_app.workspaces import memberships
from saas_app.workspaces.roles import Permission


@dataclass(frozen=True, slots=True)
class Need:
    """What a handler needs of the person who calls it."""

    permission: Permission = Permission.VIEW
    staff: bool = False


def who(cookie: str) -> SignedIn | None:
    if not cookie:
        return None
    with snapshot() as session:
        return sessions.lookup(session, cookie)


def admitted(cookie: str, need: Need) -> SignedIn:
    """The person, when the session lives and the role suffices.

    Raises NotSignedIn, NotFound or NotAllowed.
    """
    with snapshot() as session:
        person = sessions.lookup(session, cookie)
        if person is None:
            raise NotSignedIn("Your session has ended. Nothing was changed; please log in again.")
        if need.staff and not person.is_staff:
            raise NotAllowed("This is for staff only. Nothing was changed.")
        memberships.require(session, person.workspace_id, person.user_id, need.permission)
        return person
