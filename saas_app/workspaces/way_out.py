"""What becomes of somebody's log-ins in a workspace that is not open to them any more."""

from sqlmodel import Session

from saas_app.accounts import people, refresh, sessions
from saas_app.core import live
from saas_app.core.errors import NotFound
from saas_app.workspaces import memberships


def show(session: Session, workspace_id: int, user_id: int) -> None:
    """Their browsers fall back to their own workspace, their programs are logged out of this one.

    After the membership changed, in the same transaction: open pages are told, and begin anew.
    """
    session.flush()
    sessions.move_all(
        session, user_id, from_workspace=workspace_id, to_workspace=_home(session, user_id)
    )
    refresh.end_in(session, user_id, workspace_id)
    live.publish(session, live.user_topic(user_id))
    live.publish(session, live.workspace_topic(workspace_id))


def _home(session: Session, user_id: int) -> int:
    try:
        return memberships.ident(memberships.personal_of(session, user_id))
    except NotFound:
        person = people.by_id(session, user_id)
        name = person.name or person.email.split("@")[0]
        return memberships.ident(memberships.create_personal(session, user_id, name))
