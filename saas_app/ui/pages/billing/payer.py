"""Whose bill it is, and the person who asks, if they may. Re-read and counted at every act."""

from saas_app.accounts import people
from saas_app.accounts.models import User
from saas_app.accounts.sessions import SignedIn
from saas_app.core import rate_limit
from saas_app.core.db import snapshot
from saas_app.workspaces import memberships
from saas_app.workspaces.models import Workspace
from saas_app.workspaces.roles import Permission


def payer(who: SignedIn) -> tuple[Workspace, User]:
    """Raises NotFound, NotAllowed, and TooMany: the same ration as over REST, or codes could be guessed here."""
    rate_limit.hit("billing", str(who.workspace_id), limit=60, seconds=60)
    with snapshot() as session:
        workspace = memberships.require(
            session, who.workspace_id, who.user_id, Permission.MANAGE_BILLING
        )
        return workspace, people.by_id(session, who.user_id)
