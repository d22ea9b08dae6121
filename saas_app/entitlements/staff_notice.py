"""Tells staff what only a person can judge or mend. Once for each thing, by its key."""

from sqlmodel import Session, col, select

from saas_app.accounts.models import User
from saas_app.accounts.people import addressee
from saas_app.audit import trail
from saas_app.billing import effects
from saas_app.notifications.dispatch import notify


def alert(session: Session, workspace_id: int | None, kind: str, what: str) -> None:
    """`what` names the thing for ever: it is told once and shown in the words as `about`."""
    key = f"{kind}:{what}"
    if not effects.first_time(session, key):
        return
    trail.record(session, kind, workspace_id=workspace_id, about=what)
    for person in session.exec(select(User).where(col(User.is_staff).is_(True))):
        notify(
            session,
            addressee(person),
            key=key,
            kind=kind,
            workspace_id=workspace_id,
            about=what,
            workspace=workspace_id or 0,
        )
