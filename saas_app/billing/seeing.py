"""One subscription of the mirror as `lifecycle` looks at it."""

from saas_app.billing import offer
from saas_app.billing.dunning import Debt
from saas_app.billing.lifecycle import Seen
from saas_app.billing.models import Subscription
from saas_app.plans.access import Status


def of(row: Subscription, debt: Debt | None = None) -> Seen:
    return Seen(
        id=row.stripe_id,
        status=Status(row.status),
        plan=row.plan,
        price=row.price,
        seats=row.seats,
        trial_end_at=row.trial_end_at,
        ends_at=row.ends_at,
        canceled_at=row.canceled_at,
        past_due_since_at=row.past_due_since_at,
        pause_reason=row.pause_reason,
        rank=rank(row),
        interval=row.interval,
        period_end_at=row.current_period_end_at,
        debt=debt,
    )


def rank(row: Subscription) -> int:
    catalogue = offer.catalogue()
    plan = catalogue.find(row.plan, row.generation) or catalogue.find(row.plan)
    return plan.rank if plan else -1
