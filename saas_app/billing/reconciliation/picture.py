"""What we hold of a workspace's billing, as plain values, and how two pictures of it differ."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from sqlmodel import Session, SQLModel, col, select

from saas_app.accounts.models import User
from saas_app.billing.models import Customer, Invoice, Subscription
from saas_app.billing.money_models import Dispute, PaymentMethod, Refund, TaxId
from saas_app.workspaces.models import Membership

Picture: TypeAlias = Mapping[str, Mapping[str, str]]
"""What each thing is called → its columns as text. Pictures of equal rows are equal."""

# When we looked is not what we saw; our own row numbers mean nothing to a reader.
_OURS = frozenset({"id", "subscription_id", "updated_at", "synced_at", "workspace_id"})
_COLUMNS_OF_PEOPLE = ("plan_type", "subscription_status", "trial_end_date")
_NOTHING = "nothing"
_ITSELF = "the whole of it"


@dataclass(frozen=True, slots=True)
class Difference:
    """One value that was not as Stripe says."""

    workspace_id: int
    what: str
    column: str
    ours: str
    theirs: str

    def __str__(self) -> str:
        return (
            f"workspace {self.workspace_id}: {self.what}, {self.column}: "
            f"{self.ours} here, {self.theirs} at Stripe"
        )


def taken(session: Session, workspace_id: int) -> Picture:
    """The mirror of one workspace and its people's columns."""
    return dict(_shown(session, workspace_id))


def differences(workspace_id: int, before: Picture, after: Picture) -> tuple[Difference, ...]:
    """What it takes to get from one picture to the other, in a stable order."""
    return tuple(
        Difference(workspace_id, what, column, ours, theirs)
        for what in sorted({*before, *after})
        for column, ours, theirs in _apart(before.get(what), after.get(what))
    )


def _apart(
    before: Mapping[str, str] | None, after: Mapping[str, str] | None
) -> Iterator[tuple[str, str, str]]:
    if before is None or after is None:
        yield (
            _ITSELF,
            "missing" if before is None else "there",
            "missing" if after is None else "there",
        )
        return
    for column in sorted(before):
        if before[column] != after[column]:
            yield column, before[column], after[column]


def _shown(session: Session, workspace_id: int) -> Iterator[tuple[str, Mapping[str, str]]]:
    chosen: str | None = None
    customer = session.get(Customer, workspace_id)
    for model in (Subscription, Invoice, Refund, Dispute, PaymentMethod, TaxId):
        rows = select(model).where(col(model.workspace_id) == workspace_id)
        for row in session.exec(rows):
            if customer and model is Subscription and row.id == customer.subscription_id:
                chosen = row.stripe_id
            yield f"{model.__name__.lower()} {row.stripe_id}", _columns(row)
    if customer:
        yield "customer", {**_columns(customer), "subscription": _text(chosen)}
    mine = select(Membership.user_id).where(Membership.workspace_id == workspace_id)
    for person in session.exec(select(User).where(col(User.id).in_(mine))):
        yield (
            f"person {person.id}",
            {name: _text(getattr(person, name)) for name in _COLUMNS_OF_PEOPLE},
        )


def _columns(row: SQLModel) -> Mapping[str, str]:
    return {name: _text(value) for name, value in row.model_dump().items() if name not in _OURS}


def _text(value: object) -> str:
    if value is None:
        return _NOTHING
    return value.isoformat() if isinstance(value, datetime) else str(value)
