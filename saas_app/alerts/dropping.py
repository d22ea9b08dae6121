"""Whether a delivery may still go out, asked at the moment it would: plans, roles and wishes change."""

from enum import StrEnum

from sqlmodel import Session

from saas_app.accounts.models import User
from saas_app.alerts.models import Alert
from saas_app.core import clock
from saas_app.core.texts import text
from saas_app.entitlements import access
from saas_app.notifications import matrix, preferences
from saas_app.notifications.matrix import Channel
from saas_app.plans.decide import Denied, decide
from saas_app.plans.features import Feature
from saas_app.workspaces import memberships
from saas_app.workspaces.models import Workspace

KIND = "alert.fired"


class Drop(StrEnum):
    """Each has its sentence among the texts; it is kept with the delivery."""

    WORKSPACE = "workspace"
    DELETED = "deleted"
    PLAN = "plan"
    LEFT = "left"
    DECLINED = "declined"
    NO_TARGET = "no_target"
    NO_ROOM = "no_room"
    UNPROVED = "unproved"

    @property
    def sentence(self) -> str:
        return text(f"alert_dropped.{self.value}")


class Dropped(Exception):
    """It is not to be sent, now or later."""

    def __init__(self, why: Drop) -> None:
        super().__init__(why.value)
        self.why = why


def check(session: Session, alert: Alert, person: User, channel: Channel) -> None:
    """Raises Dropped."""
    workspace = session.get(Workspace, alert.workspace_id)
    if workspace is None or workspace.deleted_at is not None:
        raise Dropped(Drop.WORKSPACE)
    if alert.deleted_at is not None:
        raise Dropped(Drop.DELETED)
    standing = access.of(session, alert.workspace_id, clock.now())
    if isinstance(decide(standing, Feature.CHANNELS, item=channel), Denied):
        raise Dropped(Drop.PLAN)
    # The webhook is the workspace's own; everything else reaches one person.
    if channel is not Channel.WEBHOOK:
        if memberships.role_of(session, alert.workspace_id, person.id or 0) is None:
            raise Dropped(Drop.LEFT)
        if preferences.declined(session, person.id or 0, matrix.of_kind(KIND), channel):
            raise Dropped(Drop.DECLINED)
