"""The judgement of a life: what must hold at every moment, and what once all has been looked at."""

from collections import Counter
from datetime import datetime

from sqlmodel import func, select

from saas_app.accounts.models import User
from saas_app.billing.models import Subscription
from saas_app.billing.revenue.models import RevenueEntry
from saas_app.billing.stripe import client
from saas_app.core import clock
from saas_app.core.db import snapshot
from saas_app.entitlements import access, keeping
from saas_app.notifications.models import Mail, Notification
from saas_app.plans.features import Feature
from saas_app.workspaces.models import Membership
from tests.support.billing_oracle import LIVE, mirrored_plan, truth
from tests.support.billing_world import (
    Tenant,
    access_of,
    customer_of,
    invoices_of,
    reloaded,
    subscriptions_of,
)

SEEN: Counter[str] = Counter()
"""What the lives of this process came to: the statuses at each rest, and money that moved."""


def always(tenant: Tenant, looked_at: datetime) -> None:
    """Judged by our own rows alone: they may lag behind Stripe, but never say two things."""
    now = clock.now()
    with snapshot() as session:
        has = access.of(session, tenant.id, now)
        owner = session.get_one(User, tenant.owner.id)
        mirrored = select(
            Subscription.status, Subscription.price, Subscription.past_due_since_at
        ).where(Subscription.workspace_id == tenant.id)
        rows = [tuple(row) for row in session.exec(mirrored)]
    default = has.catalogue.default.id
    assert sum(status in LIVE for status, _, _ in rows) <= 1
    assert has.plan == mirrored_plan(rows, now, default)
    # Time alone takes access away; the columns follow at the next look.
    allowed = {mirrored_plan(rows, at, default) for at in (looked_at, now)}
    assert owner.plan_type in allowed


def at_rest(tenant: Tenant) -> None:
    """Judged by Stripe's own objects."""
    row = customer_of(tenant)
    SEEN["rests"] += 1
    _told_once(tenant)
    default = access_of(tenant).catalogue.default.id
    if row is None or row.stripe_id is None:
        assert access_of(tenant).plan == default
        return
    real = truth(client.made(), row.stripe_id, now=int(clock.now().timestamp()), default=default)
    SEEN.update((*set(real.statuses), *(("money",) if real.cents else ())))
    assert real.customers == 1
    assert access_of(tenant).plan == real.plan
    assert reloaded(tenant.owner).plan_type == real.plan
    assert reloaded(tenant.owner).subscription_status in {*real.statuses, "none"}
    assert real.live <= 1
    assert real.trials <= 1
    assert real.most_often_charged == 1
    assert tuple(sorted(s.status for s in subscriptions_of(tenant))) == real.statuses
    assert {(i.stripe_id, i.status, i.paid_cents) for i in invoices_of(tenant)} == real.invoices
    assert _booked(tenant) == real.cents
    if real.seats is not None:
        assert real.seats >= _in_use(tenant)


def _told_once(tenant: Tenant) -> None:
    with snapshot() as session:
        for told in (
            select(Notification.key).where(Notification.user_id == tenant.owner.id),
            select(Mail.key).where(Mail.user_id == tenant.owner.id),
        ):
            assert max(Counter(session.exec(told).all()).values(), default=1) == 1


def _booked(tenant: Tenant) -> int:
    sums = select(func.coalesce(func.sum(RevenueEntry.amount_cents), 0))
    with snapshot() as session:
        return session.exec(sums.where(RevenueEntry.workspace_id == tenant.id)).one()


def _in_use(tenant: Tenant) -> int:
    """Members who are not resting."""
    theirs = select(Membership.user_id).where(Membership.workspace_id == tenant.id)
    with snapshot() as session:
        people = session.exec(theirs.order_by(Membership.created_at)).all()
        standing = access.of(session, tenant.id, clock.now())
    return len(people) - len(keeping.resting(standing, Feature.SEATS, people, ()))
