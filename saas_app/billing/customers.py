"""Makes sure that a workspace is one customer at Stripe, never two, whatever dies in between."""

from sqlmodel import Session

from saas_app.accounts.models import User
from saas_app.billing import gateway
from saas_app.billing.models import Customer
from saas_app.core import clock, upsert
from saas_app.core.db import transaction
from saas_app.core.settings import settings
from saas_app.workspaces.memberships import ident
from saas_app.workspaces.models import Workspace


def ensure(workspace: Workspace, payer: User) -> Customer:
    """The workspace's customer, made at Stripe where there is none. Call it under the lease.

    What we send is reserved in our row first: after a crash the same request goes out under
    the same idempotency key, and Stripe answers with the customer it already made.
    """
    with transaction() as session:
        row = _reserved(session, workspace, payer)
    if row.stripe_id is not None:
        return row
    made = gateway.current().create_customer(
        workspace_key=workspace.key, email=row.email, name=row.name, key=_key(workspace, row)
    )
    with transaction() as session:
        row = session.get_one(Customer, ident(workspace))
        row.stripe_id, row.livemode = made.id, made.livemode
        session.add(row)
    return row


def _reserved(session: Session, workspace: Workspace, payer: User) -> Customer:
    reservation = {
        "workspace_id": workspace.id,
        "livemode": settings().live,
        "links": 0,
        "email": payer.email,
        "name": workspace.name,
        "created_at": clock.now(),
    }
    upsert.added(session, Customer, reservation)
    row = session.get_one(Customer, ident(workspace))
    if row.stripe_id is not None and row.livemode != settings().live:
        # The keys were changed from test to live or back: that customer lives in another world.
        row.stripe_id, row.livemode = None, settings().live
        row.links += 1
        row.subscription_id = row.currency = None
        session.add(row)
    return row


def _key(workspace: Workspace, row: Customer) -> str:
    again = f":{row.links}" if row.links else ""
    return f"customer:{workspace.key}{again}"
