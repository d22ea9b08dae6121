"""The subscription: what it is, what a change would cost, and every way to change or end it."""

from datetime import datetime
from typing import Annotated, Any, Literal, Self

from fastapi import APIRouter
from pydantic import BaseModel, Field

from saas_app.api.caller import Caller, RequestOrigin, SignedInCaller
from saas_app.api.v1.billing import CheckoutRequest, Name, payer, start_checkout
from saas_app.billing import cancellation, pausing, promotions
from saas_app.billing.change_plan import confirm, preview
from saas_app.billing.change_plan.confirm import Confirmed
from saas_app.billing.changing import CancelReason, Feedback
from saas_app.billing.errors import NoSubscription
from saas_app.billing.models import ChangeQuote
from saas_app.core import clock
from saas_app.core.db import snapshot
from saas_app.core.printable import printable
from saas_app.entitlements import summary
from saas_app.plans.access import Status
from saas_app.workspaces import memberships
from saas_app.workspaces.roles import Permission

router = APIRouter(prefix="/api/subscription", tags=["Billing"])

Seats = Annotated[int, Field(ge=1, le=10_000)]


class AheadAnswer(BaseModel):
    plan: str
    interval: str
    seats: int
    amount_cents: int
    at: datetime


class DiscountAnswer(BaseModel):
    name: str
    code: str | None
    percent_off: float | None
    amount_off_cents: int | None
    currency: str | None
    ends_at: datetime | None


class SubscriptionAnswer(BaseModel):
    """`scheduled` comes true at the period's end, `pending` once its invoice at `pay_url` is paid."""

    id: int | None
    plan: str
    status: str
    interval: str | None
    seats: int
    started_at: datetime | None
    trial_end: datetime | None
    current_period_end: datetime | None
    cancel_at: datetime | None
    grace_until: datetime | None
    next_charge_at: datetime | None
    amount_cents: int | None
    currency: str | None
    scheduled: AheadAnswer | None
    pending: AheadAnswer | None
    pay_url: str | None
    discounts: list[DiscountAnswer]
    resting_until: datetime | None


class Wish(BaseModel):
    """What is not named stays as it is."""

    plan: Name | None = None
    interval: Literal["month", "year"] | None = None
    seats: Seats | None = None
    code: Name | None = None


class Redemption(BaseModel):
    code: Annotated[str, Field(min_length=1, max_length=64)]


class Upgrade(Wish):
    """With `quote`, what that preview showed is done; the rest is then left out."""

    quote: Name | None = None


class Line(BaseModel):
    description: str
    amount_cents: int
    proration: bool
    starts_at: datetime
    ends_at: datetime


class QuoteAnswer(BaseModel):
    """`timing` is now, in_trial or period_end; `due_cents` is charged the moment it is confirmed."""

    quote: str
    plan: str
    interval: str
    seats: int
    timing: str
    currency: str
    lines: list[Line]
    subtotal_cents: int
    discount_cents: int
    tax_cents: int
    total_cents: int
    due_cents: int
    next_cents: int
    next_at: datetime | None
    expires_at: datetime

    @classmethod
    def of(cls, row: ChangeQuote) -> Self:
        values: dict[str, Any] = row.model_dump()
        return cls.model_validate({**values, "quote": row.key})


class UpgradeAnswer(BaseModel):
    """`outcome`: checkout, preview, done, scheduled or payment_needed; the rest as it applies."""

    outcome: str
    checkout_url: str | None = None
    session_id: str | None = None
    preview: QuoteAnswer | None = None
    pay_url: str | None = None
    subscription: SubscriptionAnswer | None = None


class Cancellation(BaseModel):
    immediate: bool = False
    feedback: Feedback | None = None
    comment: Annotated[str, Field(max_length=500)] = ""


@router.get("")
def subscription(caller: SignedInCaller) -> SubscriptionAnswer:
    """What the workspace has, what it pays, and what happens next."""
    with snapshot() as session:
        memberships.require(session, caller.workspace_id, caller.user_id, Permission.VIEW)
        found = summary.of(session, caller.workspace_id, clock.now())
    return SubscriptionAnswer.model_validate(found, from_attributes=True)


@router.post("/preview")
def preview_change(wish: Wish, caller: SignedInCaller) -> QuoteAnswer:
    """What the change would cost, to the cent. Good for ten minutes; nothing is changed."""
    workspace, _ = payer(caller)
    return QuoteAnswer.of(
        preview.quote(
            workspace, plan=wish.plan, interval=wish.interval, seats=wish.seats, code=wish.code
        )
    )


@router.put("/upgrade")
def upgrade(wish: Upgrade, caller: SignedInCaller, origin: RequestOrigin) -> UpgradeAnswer:
    """Without a subscription the payment page; with one a preview, and with its `quote` the change.

    409 `quote_overtaken` carries in `quote` the key of a fresh preview.
    """
    workspace, user = payer(caller)
    if wish.quote:
        return _done(caller, confirm.confirm(workspace, user, wish.quote, origin=origin))
    try:
        return UpgradeAnswer(outcome="preview", preview=preview_change(wish, caller))
    except NoSubscription:
        if wish.plan is None:  # nothing there that could stay as it is
            raise
        order = CheckoutRequest.model_validate(wish.model_dump(exclude_none=True, exclude={"code"}))
        page = start_checkout(order, caller, origin)
        return UpgradeAnswer(outcome="checkout", **page.model_dump())


@router.delete("/schedule")
def undo(caller: SignedInCaller, origin: RequestOrigin) -> SubscriptionAnswer:
    """Take a change that waits for the period's end off again. Harmless where there is none."""
    workspace, user = payer(caller)
    confirm.undo(workspace, user, origin=origin)
    return subscription(caller)


@router.post("/promotion")
def redeem(asked: Redemption, caller: SignedInCaller, origin: RequestOrigin) -> SubscriptionAnswer:
    """Put a promotion code on the subscription; Stripe decides whether it is taken."""
    workspace, user = payer(caller)
    promotions.redeem(workspace, user, asked.code, origin=origin)
    return subscription(caller)


@router.put("/cancel")
def cancel(
    caller: SignedInCaller, origin: RequestOrigin, how: Cancellation | None = None
) -> SubscriptionAnswer:
    """End the subscription when the paid time is over, or at once. Nothing is deleted."""
    workspace, user = payer(caller)
    how = how or Cancellation()
    end = cancellation.at_once if how.immediate else cancellation.at_period_end
    reason = CancelReason(how.feedback, printable(how.comment) or None)
    end(workspace, user, reason=reason, origin=origin)
    return subscription(caller)


@router.put("/resume")
def resume(caller: SignedInCaller, origin: RequestOrigin) -> SubscriptionAnswer:
    """Take a scheduled cancellation back, wherever it was made, or end a pause.

    A pause ends when its first invoice is paid: `status` says whether it was, `pay_url` where.
    """
    workspace, user = payer(caller)
    before = subscription(caller)
    if before.status != Status.PAUSED:
        cancellation.resume(workspace, user, origin=origin)
        return subscription(caller)
    _, pay_url = pausing.wake(workspace, user, origin=origin)
    return subscription(caller).model_copy(update={"pay_url": pay_url})


@router.put("/pause")
def pause(caller: SignedInCaller, origin: RequestOrigin) -> SubscriptionAnswer:
    """Rest for as long as the plan allows; nothing is charged, unused time becomes credit."""
    workspace, user = payer(caller)
    pausing.pause(workspace, user, origin=origin)
    return subscription(caller)


def _done(caller: Caller, confirmed: Confirmed) -> UpgradeAnswer:
    return UpgradeAnswer(
        outcome=confirmed.outcome.value,
        pay_url=confirmed.pay_url,
        subscription=subscription(caller),
    )
