"""Staff write the terms; the workspace's owner hears of them and may accept for thirty days."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from sqlmodel import Session, col, select

from saas_app.accounts.people import addressee
from saas_app.audit import trail
from saas_app.billing import offer
from saas_app.billing.models import Customer
from saas_app.core import clock, dates, ids
from saas_app.core.errors import Conflict, Invalid, NotFound
from saas_app.core.money import written
from saas_app.core.settings import settings
from saas_app.entitlements.contracts.models import Contract, ContractStatus, Lead
from saas_app.notifications.dispatch import notify
from saas_app.plans.catalogue import Checkout, Interval
from saas_app.plans.features import Feature
from saas_app.plans.limits import overridden
from saas_app.workspaces import memberships
from saas_app.workspaces.models import Workspace
from saas_app.workspaces.roles import Permission

STANDS = timedelta(days=30)
PATH = "/settings/billing/contract"
_LONGEST_TERM = 60
_LONGEST_DUE = 90


@dataclass(frozen=True, slots=True)
class Terms:
    """`amount_cents` is for all seats together, for one `interval`."""

    plan: str
    amount_cents: int
    interval: str = Interval.YEAR
    seats: int = 10
    limits: Mapping[str, object] = field(default_factory=dict[str, object])
    term_months: int = 12
    days_until_due: int = 30


def create(
    session: Session, workspace: Workspace, terms: Terms, *, lead: int | None = None
) -> Contract:
    """Offer these terms; an earlier offer to the same workspace is withdrawn by it.

    Raises Invalid with every fault, Conflict where a contract runs already, NotFound for the lead.
    """
    workspace_id = memberships.ident(workspace)
    # One offer at a time: whoever writes another waits here.
    session.get_one(Workspace, workspace_id, with_for_update=True)
    _check(terms, members=memberships.count(session, workspace_id))
    for each in _of(session, workspace_id):
        other = locked(session, each)
        if other.status == ContractStatus.ACCEPTED:
            raise Conflict(
                "This workspace has a contract that runs. Nothing was offered; end it first."
            )
        if other.status == ContractStatus.OFFERED:
            other.status = ContractStatus.WITHDRAWN
            session.add(other)
    customer = session.get(Customer, workspace_id)
    catalogue = offer.catalogue()
    at = clock.now()
    row = Contract(
        key=ids.new("ct"),
        workspace_id=workspace_id,
        plan=terms.plan,
        generation=catalogue.generation,
        interval=terms.interval,
        amount_cents=terms.amount_cents,
        currency=(customer.currency if customer else None) or catalogue.currency,
        seats=terms.seats,
        limits={**terms.limits, Feature.SEATS.value: terms.seats},
        term_months=terms.term_months,
        days_until_due=terms.days_until_due,
        status=ContractStatus.OFFERED,
        created_at=at,
        offered_until_at=at + STANDS,
    )
    session.add(row)
    session.flush()
    _handled(session, lead)
    trail.record(session, "contract.offered", workspace_id=workspace_id, contract=row.key)
    _tell(session, row)
    return row


def withdraw(session: Session, key: str) -> Contract:
    """Take an offer back. Raises NotFound, and Conflict for what was accepted."""
    row = locked(session, find(session, key))
    if row.status != ContractStatus.OFFERED:
        raise Conflict(f"That contract is {row.status}. Nothing was changed.")
    row.status = ContractStatus.WITHDRAWN
    session.add(row)
    trail.record(session, "contract.withdrawn", workspace_id=row.workspace_id, contract=row.key)
    return row


def find(session: Session, key: str) -> Contract:
    """Raises NotFound."""
    row = session.exec(select(Contract).where(Contract.key == key)).first()
    if row is None:
        raise NotFound("There is no such contract. Nothing was changed.")
    return row


def locked(session: Session, row: Contract) -> Contract:
    """As it is now, and nobody else's to change until the transaction ends."""
    return session.get_one(Contract, row.id, populate_existing=True, with_for_update=True)


def standing(session: Session, workspace_id: int) -> Contract | None:
    """What the workspace was offered and may accept now, or the contract it has."""
    for row in _of(session, workspace_id):
        if row.status == ContractStatus.ACCEPTED:
            return row
        if row.status == ContractStatus.OFFERED and clock.now() < row.offered_until_at:
            return row
    return None


def every(session: Session) -> list[Contract]:
    return list(session.exec(select(Contract).order_by(col(Contract.id).desc())))


def _of(session: Session, workspace_id: int) -> list[Contract]:
    mine = select(Contract).where(Contract.workspace_id == workspace_id)
    return list(session.exec(mine.order_by(col(Contract.id).desc())))


def _check(terms: Terms, *, members: int) -> None:
    catalogue = offer.catalogue()
    plan = catalogue.find(terms.plan)
    problems: dict[str, str] = {}
    if plan is None or plan.checkout is not Checkout.CONTACT:
        problems["plan"] = "is not a plan by contract"
    if terms.interval not in {each.value for each in Interval}:
        problems["interval"] = f"should be one of {', '.join(Interval)}"
    for name, least, most in (
        ("amount_cents", 1, 100_000_000),
        ("seats", 1, 100_000),
        ("term_months", 1, _LONGEST_TERM),
        ("days_until_due", 1, _LONGEST_DUE),
    ):
        if not least <= getattr(terms, name) <= most:
            problems[name] = f"should be from {least} to {most:,}"
    if terms.seats < members:
        problems.setdefault("seats", f"are fewer than the {members} people who are there")
    if plan is not None:
        _, faults = overridden(plan.limits, terms.limits, catalogue.meters)
        for fault in faults:
            name, _, what = fault.partition(": ")
            problems[f"limits.{name}"] = what
    if problems:
        said = "; ".join(f"{name} {what}" for name, what in problems.items())
        raise Invalid(
            f"These terms cannot be offered: {said}. Nothing was offered.", fields=problems
        )


def _handled(session: Session, lead: int | None) -> None:
    if lead is None:
        return
    row = session.get(Lead, lead)
    if row is None:
        raise NotFound(f"There is no lead {lead}. Nothing was offered.")
    row.handled_at = clock.now()
    session.add(row)


def _tell(session: Session, row: Contract) -> None:
    for person in memberships.able(session, row.workspace_id, Permission.MANAGE_BILLING):
        notify(
            session,
            addressee(person),
            key=f"contract.offered:{row.key}",
            kind="contract.offered",
            workspace_id=row.workspace_id,
            link=f"{settings().origin}{PATH}",
            by_mail=True,
            **facts(row, person.time_zone),
        )


def plan_name(row: Contract) -> str:
    plan = offer.catalogue().find(row.plan, row.generation) or offer.catalogue().find(row.plan)
    return plan.name if plan else row.plan


def facts(row: Contract, zone: str) -> dict[str, str | int]:
    """What the letters about a contract may say."""
    return {
        "plan": plan_name(row),
        "amount": written(row.amount_cents, row.currency),
        "seats": row.seats,
        "until": dates.day(row.offered_until_at, zone),
        "due_days": row.days_until_due,
    }
