"""The endpoint a workspace wants its alerts sent to: set, shown without its secret, tried out, taken away."""

import json
from dataclasses import dataclass

from sqlmodel import Session, col, delete

from saas_app.alerts.target_models import AlertWebhook
from saas_app.audit import trail
from saas_app.core import clock, ids, rate_limit
from saas_app.core.crypto import CannotOpen, seal, unseal
from saas_app.core.errors import Invalid, NotFound, Unavailable
from saas_app.core.resealing import Sealed
from saas_app.core.settings import settings
from saas_app.core.texts import text
from saas_app.entitlements import access
from saas_app.entitlements.errors import refusal
from saas_app.notifications.channels import outbound, webhook
from saas_app.notifications.channels.webhook import Target
from saas_app.notifications.matrix import Channel
from saas_app.plans.decide import Denied, decide
from saas_app.plans.features import Feature

# What a receiver is asked at most, deliveries and trials together.
CALLS, CALLS_SECONDS = 30, 60
_TRIALS, _TRIALS_SECONDS = 5, 60


@dataclass(frozen=True, slots=True)
class Tried:
    delivered: bool
    status: int | None
    message: str


def put(session: Session, workspace_id: int, user_id: int, url: str) -> str:
    """Set the address and return its new secret, to be shown this once. Raises Invalid, NeedsUpgrade."""
    standing = access.of(session, workspace_id, clock.now())
    answer = decide(standing, Feature.CHANNELS, item=Channel.WEBHOOK)
    if isinstance(answer, Denied):
        raise refusal(answer, standing)
    try:
        outbound.checked(url, loopback=settings().webhooks_to_loopback)
    except outbound.Refused as odd:
        raise Invalid(text("alert_webhook.not_saved"), fields={"url": str(odd)}) from odd
    secret = webhook.new_secret()
    row = session.get(AlertWebhook, workspace_id) or AlertWebhook(
        workspace_id=workspace_id, url=url, sealed_secret="", created_at=clock.now()
    )
    row.url, row.created_at = url, clock.now()
    row.sealed_secret = seal(secret, place=_place(workspace_id))
    session.add(row)
    trail.record(session, "alerts.webhook_set", actor_id=user_id, workspace_id=workspace_id)
    return secret


def find(session: Session, workspace_id: int) -> AlertWebhook:
    """Raises NotFound."""
    row = session.get(AlertWebhook, workspace_id)
    if row is None:
        raise NotFound(text("alert_webhook.none"))
    return row


def remove(session: Session, workspace_id: int, user_id: int) -> None:
    """What is still on its way is dropped. Raises NotFound."""
    gone = delete(AlertWebhook).where(col(AlertWebhook.workspace_id) == workspace_id)
    if not session.exec(gone).rowcount:
        raise NotFound(text("alert_webhook.none"))
    trail.record(session, "alerts.webhook_removed", actor_id=user_id, workspace_id=workspace_id)


def opened(row: AlertWebhook) -> Target:
    """Raises Refused for a secret sealed under one that this installation no longer holds."""
    try:
        secret = unseal(row.sealed_secret, place=_place(row.workspace_id))
    except CannotOpen as shut:
        raise outbound.Refused(text("alert_webhook.shut")) from shut
    return Target(row.url, secret)


def try_out(row: AlertWebhook) -> Tried:
    """Send a message of type `alert.test` now, outside any transaction. Raises TooMany."""
    workspace = str(row.workspace_id)
    rate_limit.hit("alerts.webhook_trial", workspace, limit=_TRIALS, seconds=_TRIALS_SECONDS)
    at = clock.wall()
    body = {"type": "alert.test", "timestamp": at.isoformat(), "data": {}}
    try:
        status = call(row, ids.new("ad"), body)
    except (outbound.Refused, Unavailable) as trouble:
        return Tried(delivered=False, status=None, message=str(trouble))
    return Tried(delivered=True, status=status, message=text("alert_webhook.came"))


def call(row: AlertWebhook, message_id: str, body: dict[str, object]) -> int:
    """The status of success. Raises Refused, Unavailable, and TooMany when this minute is full."""
    target = opened(row)
    rate_limit.hit("alerts.webhook", str(row.workspace_id), limit=CALLS, seconds=CALLS_SECONDS)
    return webhook.send(
        target,
        message_id,
        json.dumps(body, separators=(",", ":")).encode(),
        at=clock.wall(),
        agent=f"{settings().brand.encode('ascii', 'ignore').decode()}-Webhooks/1",
        loopback=settings().webhooks_to_loopback,
    )


def _place(workspace_id: int) -> str:
    return f"alert_webhook.sealed_secret.{workspace_id}"


SEALED = Sealed(AlertWebhook, "sealed_secret", lambda row: _place(row.workspace_id))
