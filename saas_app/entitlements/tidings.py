"""Who hears about what happened to a subscription, and what is written into the audit. Once each, by key."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, select

from saas_app.accounts.models import User
from saas_app.accounts.people import addressee
from saas_app.audit import trail
from saas_app.billing import effects, invoices, offer
from saas_app.billing.dunning import Debt
from saas_app.billing.errors import BILLING_PAGE
from saas_app.billing.lifecycle import Change, Happening
from saas_app.billing.mirror import Written
from saas_app.billing.models import Customer, Subscription
from saas_app.core import dates
from saas_app.core.db import transaction
from saas_app.core.money import written as written_amount
from saas_app.core.settings import settings
from saas_app.core.texts import text
from saas_app.entitlements import staff_notice
from saas_app.notifications.dispatch import notify
from saas_app.plans.access import Status
from saas_app.workspaces import memberships
from saas_app.workspaces.roles import Permission

_ALIVE = frozenset({Status.TRIALING, Status.ACTIVE, Status.PAST_DUE})


@dataclass(frozen=True, slots=True)
class Telling:
    """Whether a happening also deserves a letter; every one is shown in the app."""

    by_mail: bool


# Read from top to bottom it is the life of a subscription, and of money that does not come.
_TELLINGS: Mapping[Happening, Telling] = {
    Happening.TRIAL_STARTED: Telling(by_mail=True),
    Happening.STARTED: Telling(by_mail=True),
    Happening.TRIAL_ENDING: Telling(by_mail=True),
    Happening.TRIAL_LAST_DAY: Telling(by_mail=True),
    Happening.TRIAL_CONVERTED: Telling(by_mail=True),
    Happening.UPGRADED: Telling(by_mail=True),
    Happening.DOWNGRADED: Telling(by_mail=True),
    Happening.PLAN_CHANGED: Telling(by_mail=True),
    Happening.SEATS_CHANGED: Telling(by_mail=True),
    Happening.RENEWING: Telling(by_mail=True),
    Happening.RENEWED: Telling(by_mail=False),
    Happening.CARD_EXPIRING: Telling(by_mail=True),
    Happening.CARD_EXPIRED: Telling(by_mail=True),
    Happening.CARD_WILL_FAIL: Telling(by_mail=True),
    Happening.ACTION_REQUIRED: Telling(by_mail=True),
    Happening.PAYMENT_FAILED: Telling(by_mail=True),
    Happening.RETRY_FAILED: Telling(by_mail=False),
    Happening.GRACE_ENDING: Telling(by_mail=True),
    Happening.LAPSED: Telling(by_mail=True),
    Happening.RECOVERED: Telling(by_mail=True),
    Happening.UNCOLLECTED: Telling(by_mail=True),
    Happening.REFUNDED: Telling(by_mail=True),
    Happening.CANCEL_SCHEDULED: Telling(by_mail=True),
    Happening.RESUMED: Telling(by_mail=False),
    Happening.PAUSED: Telling(by_mail=True),
    Happening.PAUSE_BEGAN: Telling(by_mail=True),
    Happening.WOKEN: Telling(by_mail=True),
    Happening.ENDED: Telling(by_mail=True),
}


def tell(session: Session, written: Written, ended: tuple[str, ...]) -> bool:
    """Tell who looks after the workspace's billing, and staff what only they can mend.

    Whether there was any news: what was told before is told to nobody.
    """
    payers = memberships.able(session, written.workspace_id, Permission.MANAGE_BILLING)
    news = [change for change in written.changes if effects.first_time(session, change.key)]
    for change in news:
        trail.record(
            session,
            f"billing.{change.what.value}",
            workspace_id=written.workspace_id,
            subscription=change.subscription,
            plan=change.after.plan,
            status=change.after.status.value,
        )
        if _matters(change, written):
            _tell_all(session, payers, change, written)
    for double in ended:
        staff_notice.alert(session, written.workspace_id, "billing.duplicate_ended", double)
    for alert in written.alerts:
        kind, _, what = alert.partition(":")
        staff_notice.alert(session, written.workspace_id, kind, what)
    return bool(news)


def dead_letter(customer: str, error: str) -> None:
    """What a drainer does when it gives an event up: staff hear of it, once per customer and fault."""
    with transaction() as session:
        owner = session.exec(select(Customer.workspace_id).where(Customer.stripe_id == customer))
        staff_notice.alert(
            session, owner.first(), "billing.event_dead", f"{customer}: {error[:200]}"
        )


def _matters(change: Change, written: Written) -> bool:
    """An old subscription may end beside the one people use: that is history, not news."""
    current = written.current
    if current is None or current.stripe_id == change.subscription:
        return True
    return current.status not in _ALIVE


def _tell_all(session: Session, people: list[User], change: Change, written: Written) -> None:
    for person in people:
        notify(
            session,
            addressee(person),
            key=change.key,
            kind=f"billing.{change.what.value}",
            workspace_id=written.workspace_id,
            link=_link(change),
            by_mail=_TELLINGS[change.what].by_mail,
            **_facts(session, change, written, person.time_zone),
        )


def _link(change: Change) -> str:
    """The one thing to do: where the bank waits, its own page; everything else is on ours."""
    debt = change.after.debt
    if change.what is Happening.ACTION_REQUIRED and debt is not None and debt.pay_url:
        return debt.pay_url
    return f"{settings().origin}{BILLING_PAGE}"


def _facts(session: Session, change: Change, written: Written, zone: str) -> dict[str, Any]:
    """What the words may say; each fact is always there, empty where it has no meaning."""
    catalogue = offer.catalogue()
    plan = catalogue.find(change.after.plan)
    after, debt = change.after, change.after.debt
    since = after.past_due_since_at
    owed = invoices.owed(session, written.workspace_id)
    current = written.current
    return {
        "plan": plan.name if plan else (after.plan or ""),
        "free": catalogue.default.name,
        "trial_end": dates.day(after.trial_end_at, zone),
        "ends": dates.day(after.ends_at, zone),
        "renews": dates.day(after.period_end_at, zone),
        "grace_until": dates.day(since + catalogue.grace, zone) if since else "",
        "retry": _retry(debt, zone) if debt else "",
        "seats": after.seats,
        "price": _price(current) if current else "",
        "pay_link": (debt.pay_url if debt else "") or ((owed.hosted_url or "") if owed else ""),
        "amount": "",
        "card": "",
        **change.facts,
    }


def _retry(debt: Debt, zone: str) -> str:
    """A whole sentence: whether we try again is part of what to do next."""
    if debt.next_attempt_at is None:
        return text("billing_letter.no_retry")
    return text("billing_letter.retry", day=dates.day(debt.next_attempt_at, zone))


def _price(current: Subscription) -> str:
    if current.amount_cents is None or current.currency is None:
        return ""
    return written_amount(current.amount_cents * current.seats, current.currency)
