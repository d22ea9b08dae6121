"""What billing holds of a person: the customer, and the invoices that the law wants kept."""

import contextlib

from sqlmodel import Session, col, select

from saas_app.accounts import people
from saas_app.accounts.own_data import held
from saas_app.accounts.own_data.held import Held, Slice
from saas_app.billing import cancellation, gateway
from saas_app.billing.errors import NoSubscription
from saas_app.billing.models import ChangeQuote, Customer, Invoice, Pause, Subscription
from saas_app.billing.money_models import BillingDetails, Dispute, PaymentMethod, Refund, TaxId
from saas_app.billing.revenue.models import MrrMovement, RevenueEntry
from saas_app.core.db import snapshot
from saas_app.workspaces import memberships
from saas_app.workspaces.models import Workspace
from saas_app.workspaces.own_data import alone_in

_TABLES = (
    Held(ChangeQuote, owner="workspace_id", whose=alone_in),
    Held(Pause, owner="workspace_id", whose=alone_in),
    Held(Customer, owner="workspace_id", whose=alone_in, stays="own_data.stays.customer"),
    Held(Subscription, owner="workspace_id", whose=alone_in, stays="own_data.stays.subscription"),
    Held(Invoice, owner="workspace_id", whose=alone_in, stays="own_data.stays.invoice"),
    Held(Refund, owner="workspace_id", whose=alone_in, stays="own_data.stays.invoice"),
    Held(Dispute, owner="workspace_id", whose=alone_in, stays="own_data.stays.invoice"),
    Held(RevenueEntry, owner="workspace_id", whose=alone_in, stays="own_data.stays.invoice"),
    Held(MrrMovement, owner="workspace_id", whose=alone_in, stays="own_data.stays.invoice"),
    Held(PaymentMethod, owner="workspace_id", whose=alone_in),
    Held(BillingDetails, owner="workspace_id", whose=alone_in),
    Held(TaxId, owner="workspace_id", whose=alone_in),
)


def install() -> None:
    held.register(
        "billing",
        Slice(_TABLES, on_request=_charge_no_more, before=_leave_stripe, erase=_forget_payer),
    )


def _charge_no_more(user_id: int) -> None:
    """Whoever means to leave is not charged again; what is paid for stays until its end."""
    with snapshot() as session:
        user = people.by_id(session, user_id)
        customers = _customers(session, user_id)
    for workspace, _customer in customers:
        try:
            cancellation.at_period_end(workspace, user)
        except NoSubscription:
            continue


def _leave_stripe(user_id: int) -> None:
    """End what still runs, then the customer: first the money, then the memory of it."""
    with snapshot() as session:
        user = people.by_id(session, user_id)
        customers = _customers(session, user_id)
    for workspace, customer in customers:
        with contextlib.suppress(NoSubscription):
            cancellation.at_once(workspace, user)
        gateway.current().delete_customer(customer)


def _customers(session: Session, user_id: int) -> list[tuple[Workspace, str]]:
    rows = select(Customer).where(
        col(Customer.workspace_id).in_(alone_in(session, user_id)),
        col(Customer.stripe_id).is_not(None),
    )
    return [
        (memberships.by_id(session, row.workspace_id), row.stripe_id or "")
        for row in session.exec(rows)
    ]


def _forget_payer(session: Session, user_id: int) -> None:
    for workspace_id in alone_in(session, user_id):
        customer = session.get(Customer, workspace_id)
        if customer is not None:
            customer.email = customer.name = ""
            customer.stripe_id, customer.links = None, customer.links + 1
            session.add(customer)
