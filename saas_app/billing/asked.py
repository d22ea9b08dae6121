"""Who asked for an act of billing is ours to remember: Stripe only knows that it happened."""

from typing import Any

from saas_app.accounts.models import User
from saas_app.accounts.people import ident as user_ident
from saas_app.audit import trail
from saas_app.audit.trail import Origin
from saas_app.core.db import transaction
from saas_app.workspaces.models import Workspace


def note(workspace: Workspace, actor: User, origin: Origin, event: str, **facts: Any) -> None:
    """One row of the audit trail, in a transaction of its own: the act is done and cannot be undone."""
    with transaction() as session:
        trail.record(
            session,
            event,
            actor_id=user_ident(actor),
            workspace_id=workspace.id,
            origin=origin,
            **facts,
        )
