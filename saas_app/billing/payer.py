"""What stands on a workspace's invoices: name, address, e-mail and tax numbers. Kept at Stripe, mirrored here."""

import dataclasses
import re

from sqlmodel import Session, select

from saas_app.accounts.models import User
from saas_app.audit import trail
from saas_app.billing import asked, customers, gateway, lease, sync
from saas_app.billing.models import Customer
from saas_app.billing.money_models import BillingDetails, TaxId
from saas_app.billing.wallet import PayerFacts
from saas_app.core.db import snapshot
from saas_app.core.errors import Invalid, NotFound
from saas_app.core.printable import printable
from saas_app.core.texts import text
from saas_app.workspaces.memberships import ident
from saas_app.workspaces.models import Workspace

_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_COUNTRY = re.compile(r"[A-Z]{2}")
_LONGEST = 200


def of(session: Session, workspace_id: int) -> PayerFacts:
    """Empty fields where nothing is known yet."""
    row = session.get(BillingDetails, workspace_id)
    if row is None:
        return PayerFacts()
    return PayerFacts(**{f.name: getattr(row, f.name) for f in dataclasses.fields(PayerFacts)})


def tax_ids(session: Session, workspace_id: int) -> list[TaxId]:
    mine = select(TaxId).where(TaxId.workspace_id == workspace_id)
    return list(session.exec(mine.order_by(TaxId.id)))  # pyright: ignore[reportArgumentType]


def change(
    workspace: Workspace, actor: User, wanted: PayerFacts, *, origin: trail.Origin = trail.NOWHERE
) -> None:
    """Print this on invoices from now on; those that are made stay as they are. Raises Invalid."""
    clean = _checked(wanted)
    with lease.held(ident(workspace), wait=sync.WAIT_SECONDS) as held:
        customer = customers.ensure(workspace, actor)
        gateway.current().update_payer(customer.stripe_id or "", clean)
        asked.note(workspace, actor, origin, "billing.details_changed")
        sync.under(held)


def add_tax_id(
    workspace: Workspace,
    actor: User,
    *,
    kind: str,
    value: str,
    origin: trail.Origin = trail.NOWHERE,
) -> None:
    """Raises TaxIdRefused where Stripe does not take the number."""
    with lease.held(ident(workspace), wait=sync.WAIT_SECONDS) as held:
        customer = customers.ensure(workspace, actor)
        gateway.current().add_tax_id(customer.stripe_id or "", kind=kind, value=value.strip())
        asked.note(workspace, actor, origin, "billing.tax_id_added")
        sync.under(held)


def remove_tax_id(
    workspace: Workspace, actor: User, tax_id: int, *, origin: trail.Origin = trail.NOWHERE
) -> None:
    """Raises NotFound for a missing one and for somebody else's alike."""
    with lease.held(ident(workspace), wait=sync.WAIT_SECONDS) as held:
        with snapshot() as session:
            row = session.get(TaxId, tax_id)
            customer = session.get(Customer, ident(workspace))
        if row is None or row.workspace_id != workspace.id or not customer:
            raise NotFound("That tax number is not there. Nothing was changed.")
        gateway.current().remove_tax_id(customer.stripe_id or "", row.stripe_id)
        asked.note(workspace, actor, origin, "billing.tax_id_removed")
        sync.under(held)


def _checked(wanted: PayerFacts) -> PayerFacts:
    fields = {f.name: printable(getattr(wanted, f.name)) for f in dataclasses.fields(PayerFacts)}
    fields["country"] = fields["country"].upper()
    faults = {
        name: text("payer.too_long") for name, value in fields.items() if len(value) > _LONGEST
    }
    if not fields["name"]:
        faults["name"] = text("payer.name_missing")
    if not _ADDRESS.fullmatch(fields["email"]):
        faults["email"] = text("payer.email_wrong")
    if fields["country"] and not _COUNTRY.fullmatch(fields["country"]):
        faults["country"] = text("payer.country_wrong")
    if faults:
        raise Invalid(text("payer.refused"), fields=faults)
    return PayerFacts(**fields)
