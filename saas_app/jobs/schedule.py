"""What runs by itself: which job, how often, why. A table; the runner reads it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from saas_app.accounts import refresh, sessions
from saas_app.billing import inbox
from saas_app.core import clock
from saas_app.core.db import transaction
from saas_app.entitlements.refresh import refresh_lapsed
from saas_app.notifications import mail


@dataclass(frozen=True, slots=True)
class Job:
    """`after_jump`: run at once when the business clock jumped, since it depends on dates."""

    name: str
    every: timedelta
    run: Callable[[], int]
    why: str
    after_jump: bool = False


def _lapse() -> int:
    return refresh_lapsed(clock.now())


def _forget_sessions() -> int:
    with transaction() as session:
        return sessions.purge(session) + refresh.purge(session)


def _forget_events() -> int:
    """A bounded number at a time, so that webhooks get their turn in between."""
    gone, before = 0, clock.wall() - timedelta(days=30)
    while batch := _purged_events(before):
        gone += batch
    return gone


def _purged_events(before: datetime) -> int:
    with transaction() as session:
        return inbox.purge(session, before=before)


def _send_forgotten() -> int:
    with transaction() as session:
        return mail.send_forgotten(session, clock.now())


SCHEDULE: tuple[Job, ...] = (
    Job(
        "access.refresh",
        timedelta(minutes=1),
        _lapse,
        "Grace ends by time alone; no event tells us.",
        after_jump=True,
    ),
    Job(
        "sessions.purge",
        timedelta(hours=6),
        _forget_sessions,
        "Expired log-ins are of no use to anybody.",
    ),
    Job(
        "events.purge",
        timedelta(hours=6),
        _forget_events,
        "Stripe itself keeps events for thirty days; nobody can send an older one again.",
    ),
    Job(
        "mail.forgotten",
        timedelta(hours=1),
        _send_forgotten,
        "A mail server may be away for longer than one task tries.",
    ),
)
