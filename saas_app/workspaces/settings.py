"""What a workspace is called. Below everything that shows it."""

from sqlmodel import Session

from saas_app.audit import trail
from saas_app.audit.trail import Origin
from saas_app.core import live
from saas_app.core.errors import Invalid
from saas_app.core.printable import printable
from saas_app.core.texts import text
from saas_app.workspaces import memberships
from saas_app.workspaces.models import Workspace
from saas_app.workspaces.roles import Permission

LONGEST_NAME = 60


def rename(
    session: Session, workspace_id: int, actor_id: int, name: str, origin: Origin
) -> Workspace:
    """Raises NotAllowed, NotFound, Invalid (field `name`)."""
    workspace = memberships.require(session, workspace_id, actor_id, Permission.MANAGE_SETTINGS)
    said = " ".join(printable(name).split())
    # It stands in letters to strangers: an address in it would be a link of ours to anywhere.
    if not said or len(said) > LONGEST_NAME or "://" in said or "www." in said.lower():
        fields = {"name": text("workspace.bad_name", most=LONGEST_NAME)}
        raise Invalid(text("workspace.not_saved"), fields=fields)
    if workspace.name != said:
        workspace.name = said
        session.add(workspace)
        trail.record(
            session,
            "workspace.renamed",
            actor_id=actor_id,
            workspace_id=workspace_id,
            origin=origin,
            name=said,
        )
        live.publish(session, live.workspace_topic(workspace_id))
    return workspace
