"""Usage Stripe took and could not count: nobody will be billed for it, so staff are told, once.

The report is not stored: until staff were told the sender gets no 200, and Stripe sends again.
"""

import asyncio
from collections.abc import Iterable
from enum import StrEnum

from sqlmodel import Session, col, select

from saas_app.billing import events, gateway, thin_events
from saas_app.billing.gateway import UsageLost
from saas_app.core.db import transaction
from saas_app.entitlements import staff_notice
from saas_app.entitlements.models import MeterEvent

_NAMED = 5


class Received(StrEnum):
    TOLD = "told"
    IGNORED = "ignored"  # of the other mode, or of a kind we do not listen to


async def receive(body: bytes, signature: str) -> Received:
    """Twice the same report tells once. Raises BadWebhook (answer 400) or Unavailable (answer 503)."""
    event = await thin_events.believed(body, signature)
    if event is None or event.type != events.USAGE_LOST:
        return Received.IGNORED
    await asyncio.to_thread(_tell, event.id)
    return Received.TOLD


def _tell(event: str) -> None:
    lost = gateway.current().usage_lost(event)
    with transaction() as session:
        _note(session, lost)
        staff_notice.alert(session, None, "billing.usage_uncounted", _said(lost, event))


def _note(session: Session, lost: UsageLost) -> None:
    """The readings the report names were sent and are on no bill: the outbox says why."""
    named = select(MeterEvent).where(col(MeterEvent.identifier).in_(lost.examples))
    why = ", ".join(lost.reasons)
    for row in session.exec(named).all():
        row.error = f"not counted: {why}"[:200]
        session.add(row)


def _said(lost: UsageLost, event: str) -> str:
    reasons = ", ".join(f"{code} ({count})" for code, count in sorted(lost.reasons.items()))
    return f"{reasons}; meter {lost.meter}, report {event}, for example {_some(lost.examples)}"


def _some(examples: Iterable[str]) -> str:
    first = sorted(set(examples))[:_NAMED]
    return ", ".join(first) or "none named"
