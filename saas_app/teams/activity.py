"""Who did what in the workspace, in words, from the audit trail: for those who look after it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from saas_app.accounts.models import User
from saas_app.audit import trail
from saas_app.audit.trail import Deed
from saas_app.core.texts import has, text
from saas_app.workspaces import memberships
from saas_app.workspaces.roles import Permission

_SLICES = ("team.", "workspace.", "contract.")


@dataclass(frozen=True, slots=True)
class Entry:
    """`id` is what to ask for the earlier ones by."""

    id: int
    at: datetime
    event: str
    sentence: str


def of(
    session: Session, workspace_id: int, actor_id: int, *, limit: int = 30, before: int = 0
) -> list[Entry]:
    """The latest first. Raises NotAllowed, NotFound."""
    memberships.require(session, workspace_id, actor_id, Permission.VIEW_ACTIVITY)
    deeds = trail.of_workspace(session, workspace_id, _SLICES, limit=limit, before=before)
    names = _names(session, deeds)
    return [Entry(deed.id, deed.at, deed.event, _sentence(deed, names)) for deed in deeds]


def _names(session: Session, deeds: Sequence[Deed]) -> Mapping[int, str]:
    wanted = {deed.actor_id for deed in deeds} | {deed.data.get("member") for deed in deeds}
    rows = select(User).where(col(User.id).in_({one for one in wanted if one is not None}))
    return {
        user.id or 0: (user.name if user.shows_name else "") or user.email
        for user in session.exec(rows)
    }


def _sentence(deed: Deed, names: Mapping[int, str]) -> str:
    key = f"activity.{deed.event}"
    if not has(key):
        return text("activity.other", event=deed.event)
    gone = text("activity.somebody")
    role = f"team.role.{deed.data.get('role', '')}"
    return text(
        key,
        who=names.get(deed.actor_id or 0, gone),
        member=names.get(deed.data.get("member", 0), gone),
        role=text(role) if has(role) else "",
        name=str(deed.data.get("name", "")),
    )
