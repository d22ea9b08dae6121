"""What runs by itself: which job, how often, why. A table; the runner reads it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from saas_app.accounts import devices, entry, links, refresh, sessions
from saas_app.accounts.oauth import visits
from saas_app.accounts.own_data import deletion, export
from saas_app.accounts.passkeys import challenge
from saas_app.accounts.second_factor import codes
from saas_app.alerts import tidying
from saas_app.billing import inbox, pausing, seats
from saas_app.billing.catalogue import versions
from saas_app.billing.change_plan import quotes
from saas_app.billing.reconciliation import run
from saas_app.billing.reconciliation.models import Scope
from saas_app.core import clock
from saas_app.core.db import snapshot, transaction
from saas_app.entitlements import catalogue_change, metering, reconciled, seating
from saas_app.entitlements.refresh import refresh_lapsed, remind
from saas_app.insights import record
from saas_app.market import current
from saas_app.market.ingest import taking
from saas_app.notifications import mail, sms, suppression
from saas_app.teams import invitations
from saas_app.workspaces import answered


@dataclass(frozen=True, slots=True)
class Job:
    """`after_jump`: run at once when the business clock jumped, since it depends on dates."""

    name: str
    every: timedelta
    run: Callable[[], int]
    why: str
    after_jump: bool = False


_DRIFT_SEEN_WITHIN = timedelta(minutes=1)
_SHORT_LIVED = (
    sessions,
    refresh,
    entry,
    devices,
    links,
    visits,
    codes,
    challenge,
    sms,
    quotes,
    answered,
)


def _catch_up() -> int:
    """Lost webhooks within the hour, everything once a night."""
    with snapshot() as session:
        scope = run.due(session, clock.now())
    if scope is None:
        return 0
    report = run.everything() if scope is Scope.EVERYTHING else run.recent()
    reconciled.tell(report)
    drifted = catalogue_change.notice_drift() if scope is Scope.EVERYTHING else 0
    return len(report.differences) + drifted


def _drift() -> int:
    """Twice the span between two looks, so that none falls between them; telling twice is harmless."""
    with snapshot() as session:
        touched = inbox.catalogue_touched(session, since=clock.wall() - 2 * _DRIFT_SEEN_WITHIN)
    return catalogue_change.notice_drift() if touched else 0


def _sell_what_is_in_force() -> int:
    """Another process, or the command line, may have applied a catalogue."""
    versions.refresh()
    return 0


def _feed_meters() -> int:
    return metering.send_due(clock.now())


def _follow_members() -> int:
    return seats.follow_all()


def _seat() -> int:
    return seating.follow_all()


def _wake() -> int:
    return pausing.wake_due(clock.now())


def _lapse() -> int:
    return refresh_lapsed(clock.now())


def _remind() -> int:
    return remind(clock.now())


def _forget_sessions() -> int:
    with transaction() as session:
        return sum(each.purge(session) for each in _SHORT_LIVED)


def _forget_events() -> int:
    """A bounded number at a time, so that webhooks get their turn in between."""
    gone, before = 0, clock.wall() - timedelta(days=30)
    while batch := _purged_events(before):
        gone += batch
    return gone


def _purged_events(before: datetime) -> int:
    with transaction() as session:
        return inbox.purge(session, before=before) + metering.purge(session, before)


def _send_forgotten() -> int:
    with transaction() as session:
        return mail.send_forgotten(session, clock.now())


def _forget_people() -> int:
    now = clock.now()
    return deletion.remind(now) + deletion.carry_out_due(now)


def _tidy_alerts() -> int:
    now = clock.now()
    with transaction() as session:
        return tidying.expire(session, now) + tidying.forget(session, now)


def _settle_forecasts() -> int:
    settled = record.settle_due(current.board(), now=clock.wall())
    with transaction() as session:
        return settled + record.purge(session)


def _forget_letters() -> int:
    with transaction() as session:
        old = mail.purge(session, clock.wall() - timedelta(days=90))
        gone = export.purge(session) + suppression.purge(session)
        return old + gone + invitations.purge(session, clock.wall() - timedelta(days=90))


def _forget_messages() -> int:
    with transaction() as session:
        return taking.purge(session, clock.wall())


SCHEDULE: tuple[Job, ...] = (
    Job(
        "billing.seats",
        timedelta(hours=24),
        _follow_members,
        "A task may be lost or Stripe away: what is paid for must be who is there.",
    ),
    Job(
        "teams.seats",
        timedelta(minutes=5),
        _seat,
        "A contract ends by its date, and with it the seats that it gave.",
        after_jump=True,
    ),
    Job(
        "billing.pauses",
        timedelta(hours=1),
        _wake,
        "A pause ends by itself when it has been as long as the plan allows.",
        after_jump=True,
    ),
    Job(
        "access.refresh",
        timedelta(minutes=1),
        _lapse,
        "Grace ends by time alone; no event tells us.",
        after_jump=True,
    ),
    Job(
        "billing.reconcile",
        timedelta(hours=1),
        _catch_up,
        "A webhook may be lost for good, and somebody may change Stripe by hand.",
    ),
    Job(
        "catalogue.refresh",
        timedelta(seconds=5),
        _sell_what_is_in_force,
        "Every process sells the catalogue that is in force.",
    ),
    Job(
        "catalogue.drift",
        _DRIFT_SEEN_WITHIN,
        _drift,
        "A price changed at Stripe by hand is not what we show.",
    ),
    Job(
        "meters.feed",
        timedelta(minutes=1),
        _feed_meters,
        "What is used is billed by Stripe; the outbox waits while Stripe is away.",
    ),
    Job(
        "sessions.purge",
        timedelta(hours=6),
        _forget_sessions,
        "Expired log-ins, codes and questions are of no use to anybody.",
    ),
    Job(
        "events.purge",
        timedelta(hours=6),
        _forget_events,
        "Stripe itself keeps events for thirty days; nobody can send an older one again.",
    ),
    Job(
        "accounts.erase",
        timedelta(hours=1),
        _forget_people,
        "Two weeks to change one's mind pass by time alone; a reminder goes out before.",
        after_jump=True,
    ),
    Job(
        "alerts.tidy",
        timedelta(hours=1),
        _tidy_alerts,
        "An alert whose time is over takes no room, and a deletion can be undone for a month only.",
        after_jump=True,
    ),
    Job(
        "insights.settle",
        timedelta(hours=1),
        _settle_forecasts,
        "A forecast is held against what came whether or not anybody looks again.",
    ),
    Job(
        "letters.purge",
        timedelta(hours=6),
        _forget_letters,
        "Envelopes prove for a quarter that a letter went out; archives are there for a week.",
    ),
    Job(
        "feeds.purge",
        timedelta(hours=1),
        _forget_messages,
        "What bridges pushed can be told again for five minutes only; no sum counts older liquidations.",
    ),
    Job(
        "mail.forgotten",
        timedelta(hours=1),
        _send_forgotten,
        "A mail server may be away for longer than one task tries.",
    ),
)
