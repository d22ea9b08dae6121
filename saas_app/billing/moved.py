"""Invoices follow a person to their new address, where they went to the old one. Later, and harmless twice."""

import dataclasses

from sqlmodel import Session, col, select

from saas_app.accounts import email_change, people
from saas_app.accounts.email_change import Moved
from saas_app.billing import gateway, lease, payer, sync
from saas_app.billing.models import Customer
from saas_app.billing.money_models import BillingDetails
from saas_app.core import ids, tasks
from saas_app.core.db import snapshot
from saas_app.workspaces.models import Membership

_FORWARD = "billing.payer_moved"


def install() -> None:
    email_change.follow(_forward)


def _forward(session: Session, moved: Moved) -> None:
    """In the change's own transaction: only there the old address is still known."""
    theirs = (
        select(BillingDetails.workspace_id)
        .join(Membership, col(Membership.workspace_id) == col(BillingDetails.workspace_id))
        .where(Membership.user_id == moved.user_id, BillingDetails.email == moved.old)
    )
    for workspace_id in session.exec(theirs):
        payload = {"workspace_id": workspace_id, "user_id": moved.user_id}
        tasks.enqueue(session, _FORWARD, ids.new("moved"), payload)


@tasks.task(_FORWARD)
def forward(payload: tasks.Payload) -> None:
    """Raises Unavailable without Stripe: it is tried again."""
    with lease.held(payload["workspace_id"], wait=sync.WAIT_SECONDS) as held:
        with snapshot() as session:
            customer = session.get(Customer, held.workspace_id)
            known = payer.of(session, held.workspace_id)
            person = people.by_id(session, payload["user_id"])
        if customer is None or customer.stripe_id is None:
            return
        gateway.current().update_payer(
            customer.stripe_id, dataclasses.replace(known, email=person.email)
        )
        sync.under(held)
