# pyright: reportAssignmentType=false
# SQLModel types __tablename__ as a descriptor; a string is its documented use.
"""The mirror of what Stripe says, and what we keep beside it: inbox, leases, effects already had."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Column, Index, Text
from sqlmodel import Field, SQLModel

from saas_app.core.columns import CENTS


class Customer(SQLModel, table=True):
    """Who pays for a workspace. Written before Stripe is asked, so that asking twice is harmless.

    `links` counts how often a customer of ours vanished at Stripe: it is part of the
    idempotency key, or Stripe would answer with the one that is gone.
    """

    __tablename__ = "customer"

    workspace_id: int = Field(primary_key=True, foreign_key="workspace.id")
    stripe_id: str | None = Field(default=None, unique=True)
    livemode: bool = False
    links: int = 0
    email: str
    name: str
    currency: str | None = None
    # Which of the workspace's subscriptions access hangs on; chosen by `lifecycle.current`.
    subscription_id: int | None = Field(default=None, foreign_key="subscription.id")
    trial_used_at: datetime | None = None
    created_at: datetime
    synced_at: datetime | None = None


class Subscription(SQLModel, table=True):
    """One subscription as Stripe last told it. Rows of ended ones stay: they are the history."""

    __tablename__ = "subscription"

    id: int | None = Field(default=None, primary_key=True)
    stripe_id: str = Field(unique=True)
    workspace_id: int = Field(foreign_key="workspace.id", index=True)
    # The plan it was last known to give; a price we do not know leaves them alone.
    plan: str | None = None
    generation: int | None = None
    price: str | None = None
    interval: str | None = None
    amount_cents: int | None = Field(default=None, sa_type=CENTS)
    currency: str | None = None
    seats: int = 1
    status: str = Field(index=True)
    created_at: datetime
    started_at: datetime
    trial_start_at: datetime | None = None
    trial_end_at: datetime | None = None
    current_period_start_at: datetime | None = None
    current_period_end_at: datetime | None = None
    # When it will end, in whichever of Stripe's two forms that was asked for.
    ends_at: datetime | None = None
    cancel_at: datetime | None = None
    cancel_at_period_end: bool = False
    canceled_at: datetime | None = None
    ended_at: datetime | None = None
    past_due_since_at: datetime | None = None
    pause_reason: str | None = None
    resumes_at: datetime | None = None
    item: str | None = None
    collection_method: str = Field(
        default="charge_automatically", sa_column_kwargs={"server_default": "charge_automatically"}
    )
    cancel_feedback: str | None = None
    cancel_comment: str | None = None
    # A change that waits for its payment, and one that waits for the period's end.
    pending_price: str | None = None
    pending_seats: int | None = None
    pending_until_at: datetime | None = None
    schedule: str | None = None
    scheduled_price: str | None = None
    scheduled_seats: int | None = None
    scheduled_at: datetime | None = None
    discounts: list[dict[str, Any]] = Field(
        default_factory=list, sa_column=Column(JSON, nullable=False, server_default="[]")
    )
    updated_at: datetime


class Pause(SQLModel, table=True):
    """A rest that somebody asked for, and until when. Rows of past ones stay: they are the history."""

    __tablename__ = "pause"

    id: int | None = Field(default=None, primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id", index=True)
    subscription: str
    asked_by: int = Field(foreign_key="user.id")
    paused_at: datetime
    resumes_at: datetime = Field(index=True)
    tried_at: datetime | None = None  # when we tried to wake it by ourselves
    ended_at: datetime | None = None


class ChangeQuote(SQLModel, table=True):
    """What a change would cost, as it was shown to somebody: confirming charges this or nothing.

    `state` is a digest of everything about the subscription that the figures hang on. Kept a day
    after it expired, so that a late click is told what became of it; then purged.
    """

    __tablename__ = "change_quote"

    key: str = Field(primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id", index=True)
    subscription: str
    state: str
    plan: str
    interval: str
    price: str
    seats: int
    timing: str
    # A promotion code, as people type it and as Stripe calls it.
    code: str | None = None
    promotion: str | None = None
    # The instant the difference is reckoned from: preview and change name the same one.
    proration_at: datetime
    currency: str
    lines: list[dict[str, Any]] = Field(
        default_factory=list, sa_column=Column(JSON, nullable=False)
    )
    subtotal_cents: int = Field(default=0, sa_type=CENTS)
    discount_cents: int = Field(default=0, sa_type=CENTS)
    tax_cents: int = Field(default=0, sa_type=CENTS)
    total_cents: int = Field(default=0, sa_type=CENTS)
    due_cents: int = Field(default=0, sa_type=CENTS)
    next_cents: int = Field(sa_type=CENTS)
    next_at: datetime | None = None
    created_at: datetime
    expires_at: datetime = Field(index=True)
    # Begun is written before Stripe is asked: after a crash the same request goes out again.
    begun_at: datetime | None = None
    done_at: datetime | None = None


class Invoice(SQLModel, table=True):
    """One invoice as Stripe last told it. Amounts are cents of `currency`."""

    __tablename__ = "invoice"

    id: int | None = Field(default=None, primary_key=True)
    stripe_id: str = Field(unique=True)
    workspace_id: int = Field(foreign_key="workspace.id", index=True)
    subscription: str | None = None
    number: str | None = None
    status: str
    total_cents: int = Field(sa_type=CENTS)
    due_cents: int = Field(sa_type=CENTS)
    paid_cents: int = Field(sa_type=CENTS)
    currency: str
    hosted_url: str | None = None
    pdf_url: str | None = None
    period_start_at: datetime
    period_end_at: datetime
    created_at: datetime
    finalized_at: datetime | None = None
    paid_at: datetime | None = None
    attempts: int = 0
    next_attempt_at: datetime | None = None
    # Why it was made, and what became of the latest attempt to collect it, in Stripe's words.
    billing_reason: str | None = None
    payment: str | None = Field(default=None, index=True)
    payment_status: str | None = None
    failure: str | None = None


class EventStatus(StrEnum):
    PENDING = "pending"
    DONE = "done"
    IGNORED = "ignored"
    DEAD = "dead"


class StripeEvent(SQLModel, table=True):
    """One webhook, kept whole. The row is the job: nothing else remembers that it came.

    Kept thirty days after it was handled (Stripe's own memory), then purged.
    """

    __tablename__ = "stripe_event"
    __table_args__ = (
        Index("ix_stripe_event_due", "status", "next_try_at"),
        Index("ix_stripe_event_customer_status", "customer", "status"),
    )

    id: str = Field(primary_key=True)
    type: str
    created_at: datetime
    api_version: str | None = None
    livemode: bool
    customer: str | None = None
    payload: str = Field(sa_type=Text)
    status: str
    attempts: int = 0
    next_try_at: datetime
    error: str = ""
    received_at: datetime
    handled_at: datetime | None = None


class CustomerLease(SQLModel, table=True):
    """Who is talking to Stripe about a workspace now. Rows go when the talk is over."""

    __tablename__ = "customer_lease"

    workspace_id: int = Field(primary_key=True, foreign_key="workspace.id")
    holder: str
    until_at: datetime


class BillingEffect(SQLModel, table=True):
    """An effect that was had, by its business key. Lives for ever: it is why nothing happens twice."""

    __tablename__ = "billing_effect"

    key: str = Field(primary_key=True)
    at: datetime


class WebhookEndpoint(SQLModel, table=True):
    """Where Stripe delivers to, and the sealed secret it signs with. One row per endpoint in use."""

    __tablename__ = "webhook_endpoint"

    stripe_id: str = Field(primary_key=True)
    url: str
    api_version: str
    livemode: bool
    sealed_secret: str
    created_at: datetime
