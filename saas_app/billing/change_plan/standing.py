"""The facts of one mirrored subscription that a change hangs on, and a digest that notices any other."""

import hashlib
import json

from sqlmodel import Session

from saas_app.billing import offer
from saas_app.billing.change_plan.moves import Bought, Standing
from saas_app.billing.models import Subscription
from saas_app.plans.access import Status
from saas_app.workspaces import memberships

_BY_INVOICE = "send_invoice"


def of(session: Session, row: Subscription) -> Standing:
    return Standing(
        status=Status(row.status),
        bought=bought(row),
        ending=row.ends_at is not None,
        waits_for_payment=row.pending_until_at is not None,
        by_invoice=row.collection_method == _BY_INVOICE,
        members=memberships.count(session, row.workspace_id),
    )


def bought(row: Subscription) -> Bought | None:
    """None for a price that our catalogue does not know."""
    known = offer.catalogue().priced(row.price) if row.price else None
    return Bought(known[0], known[1], row.seats) if known else None


def digest(row: Subscription) -> str:
    """Another one means that what was previewed may not be true any more."""
    facts = (
        row.stripe_id,
        row.status,
        row.price,
        row.seats,
        row.amount_cents,
        row.current_period_start_at,
        row.current_period_end_at,
        row.trial_end_at,
        row.ends_at,
        row.schedule,
        row.scheduled_price,
        row.scheduled_seats,
        row.pending_price,
        row.pending_seats,
        row.collection_method,
        row.discounts,
    )
    return hashlib.sha256(json.dumps(facts, default=str).encode()).hexdigest()
