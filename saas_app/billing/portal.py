"""The way into Stripe's own billing pages: cards, addresses, receipts."""

from saas_app.billing import gateway
from saas_app.billing.errors import BILLING_PAGE, NoSubscription
from saas_app.billing.models import Customer
from saas_app.core.db import snapshot
from saas_app.core.settings import settings
from saas_app.workspaces.memberships import ident
from saas_app.workspaces.models import Workspace


def url(workspace: Workspace, *, back_to: str = BILLING_PAGE) -> str:
    """A fresh address that works once, for this workspace's customer alone.

    `back_to` is a path of ours. Raises NoSubscription for a workspace that never bought anything.
    """
    with snapshot() as session:
        customer = session.get(Customer, ident(workspace))
    if customer is None or customer.stripe_id is None:
        raise NoSubscription
    return gateway.current().portal(customer.stripe_id, f"{settings().origin}{back_to}")
