# pyright: reportAssignmentType=false
# SQLModel types __tablename__ as a descriptor; a string is its documented use.
"""The mirror's money side: cards, the payer's address and tax numbers, refunds, disputes."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from saas_app.core.columns import CENTS


class PaymentMethod(SQLModel, table=True):
    """One way to pay as Stripe last told it. The row goes when the card is taken away there."""

    __tablename__ = "payment_method"

    id: int | None = Field(default=None, primary_key=True)
    stripe_id: str = Field(unique=True)
    workspace_id: int = Field(foreign_key="workspace.id", index=True)
    kind: str
    brand: str = ""
    last4: str = ""
    exp_month: int | None = None
    exp_year: int | None = None
    is_default: bool = False
    created_at: datetime


class BillingDetails(SQLModel, table=True):
    """What stands on the invoices: name, address and e-mail as Stripe has them."""

    __tablename__ = "billing_details"

    workspace_id: int = Field(primary_key=True, foreign_key="workspace.id")
    name: str = ""
    email: str = ""
    line1: str = ""
    line2: str = ""
    city: str = ""
    state: str = ""
    postal_code: str = ""
    country: str = ""


class TaxId(SQLModel, table=True):
    __tablename__ = "tax_id"

    id: int | None = Field(default=None, primary_key=True)
    stripe_id: str = Field(unique=True)
    workspace_id: int = Field(foreign_key="workspace.id", index=True)
    kind: str
    value: str
    status: str = ""
    created_at: datetime


class Refund(SQLModel, table=True):
    """Money given back, or on its way; `status` in Stripe's words."""

    __tablename__ = "refund"

    id: int | None = Field(default=None, primary_key=True)
    stripe_id: str = Field(unique=True)
    workspace_id: int = Field(foreign_key="workspace.id", index=True)
    payment: str | None = None
    invoice: str | None = Field(default=None, index=True)
    amount_cents: int = Field(sa_type=CENTS)
    currency: str
    status: str
    reason: str | None = None
    created_at: datetime


class Dispute(SQLModel, table=True):
    """Money a bank takes back for its customer, until somebody wins."""

    __tablename__ = "dispute"

    id: int | None = Field(default=None, primary_key=True)
    stripe_id: str = Field(unique=True)
    workspace_id: int = Field(foreign_key="workspace.id", index=True)
    payment: str | None = None
    invoice: str | None = Field(default=None, index=True)
    amount_cents: int = Field(sa_type=CENTS)
    currency: str
    status: str
    reason: str | None = None
    evidence_due_at: datetime | None = None
    created_at: datetime
