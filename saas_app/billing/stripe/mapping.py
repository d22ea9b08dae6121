"""Reads Stripe's objects into our words. The one place that knows where a field went in which version."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, TypeAlias, cast

from saas_app.billing.changing import (
    DiscountFacts,
    InvoicePreview,
    PendingUpdate,
    PreviewLine,
    Promotion,
    ScheduledChange,
)
from saas_app.billing.gateway import (
    CheckoutFacts,
    CustomerFacts,
    InvoiceFacts,
    SubscriptionFacts,
)
from saas_app.plans.access import Status

Body: TypeAlias = Mapping[str, Any]


def customer(body: Body) -> CustomerFacts | None:
    """None for the stump Stripe keeps of a deleted customer."""
    if body.get("deleted"):
        return None
    return CustomerFacts(
        id=body["id"],
        livemode=body["livemode"],
        workspace_key=_metadata(body).get("workspace"),
        currency=body.get("currency"),
    )


def subscription(body: Body) -> SubscriptionFacts:
    """Periods live on the items; several items mean the soonest end and the earliest start."""
    items = cast("Sequence[Body]", _part(body, "items").get("data") or [])
    price: Body = _part(items[0], "price") if items else {}
    return SubscriptionFacts(
        id=body["id"],
        customer=ident(body["customer"]) or "",
        status=Status(body["status"]),
        created_at=moment(body["created"]),
        started_at=moment(body.get("start_date") or body["created"]),
        workspace_key=_metadata(body).get("workspace"),
        price=_lookup_key(price),
        interval=_part(price, "recurring").get("interval"),
        amount_cents=price.get("unit_amount"),
        currency=body.get("currency"),
        seats=items[0].get("quantity") or 1 if items else 1,
        trial_start_at=at(body.get("trial_start")),
        trial_end_at=at(body.get("trial_end")),
        period_start_at=_edge(min, items, "current_period_start"),
        period_end_at=_edge(min, items, "current_period_end"),
        cancel_at=at(body.get("cancel_at")),
        cancel_at_period_end=bool(body.get("cancel_at_period_end")),
        canceled_at=at(body.get("canceled_at")),
        ended_at=at(body.get("ended_at")),
        pause_reason=_pause_reason(body),
        resumes_at=at(_part(body, "pause_collection").get("resumes_at")),
        card=ident(body.get("default_payment_method")),
        item=items[0].get("id") if items else None,
        collection_method=body.get("collection_method") or "charge_automatically",
        schedule=ident(body.get("schedule")),
        scheduled=_scheduled(body),
        pending=_pending(body),
        discounts=tuple(discount(each) for each in _objects(body.get("discounts"))),
        cancel_feedback=_part(body, "cancellation_details").get("feedback"),
        cancel_comment=_part(body, "cancellation_details").get("comment"),
    )


def discount(body: Body) -> DiscountFacts:
    """The coupon is under `source` since clover; its code is there where it was expanded."""
    coupon = _part(_part(body, "source"), "coupon")
    promotion = body.get("promotion_code")
    code = cast("Body", promotion).get("code") if isinstance(promotion, Mapping) else None
    return DiscountFacts(
        id=body["id"],
        name=coupon.get("name") or code or coupon.get("id") or "",
        code=code,
        percent_off=coupon.get("percent_off"),
        amount_off_cents=coupon.get("amount_off"),
        currency=coupon.get("currency"),
        ends_at=at(body.get("end")),
    )


def promotion(body: Body) -> Promotion:
    """The coupon is under `promotion` since clover."""
    coupon = _part(_part(body, "promotion"), "coupon")
    return Promotion(
        id=body["id"],
        code=body["code"],
        percent_off=coupon.get("percent_off"),
        amount_off_cents=coupon.get("amount_off"),
        currency=coupon.get("currency"),
        once=coupon.get("duration") == "once",
    )


def preview(body: Body) -> InvoicePreview:
    """What is charged is worked out here: the total after what the customer has to their credit."""
    total = body["total"]
    lines = cast("Sequence[Body]", _part(body, "lines").get("data") or [])
    return InvoicePreview(
        currency=body["currency"],
        lines=tuple(_line(each) for each in lines),
        subtotal_cents=body["subtotal"],
        discount_cents=_sum(body.get("total_discount_amounts")),
        tax_cents=_sum(_on_top(body)),
        total_cents=total,
        due_cents=max(0, total + (body.get("starting_balance") or 0)),
    )


def _on_top(body: Body) -> list[Body]:
    """The taxes that are not in the lines already."""
    taxes = cast("Sequence[Body]", body.get("total_taxes") or [])
    return [each for each in taxes if each["tax_behavior"] == "exclusive"]


def _line(body: Body) -> PreviewLine:
    details = _part(_part(body, "parent"), "subscription_item_details")
    one_off = _part(_part(body, "parent"), "invoice_item_details")
    return PreviewLine(
        description=body.get("description") or "",
        amount_cents=body["amount"],
        proration=bool(details.get("proration") or one_off.get("proration")),
        starts_at=moment(_part(body, "period")["start"]),
        ends_at=moment(_part(body, "period")["end"]),
    )


def _pending(body: Body) -> PendingUpdate | None:
    update = _part(body, "pending_update")
    items = cast("Sequence[Body]", update.get("subscription_items") or [])
    if not update or not items:
        return None
    return PendingUpdate(
        price=_lookup_key(_part(items[0], "price")),
        seats=items[0].get("quantity") or 1,
        expires_at=moment(update["expires_at"]),
    )


def _scheduled(body: Body) -> ScheduledChange | None:
    """The phase after the one that runs now; None where the schedule was not expanded or has none."""
    schedule = body.get("schedule")
    if not isinstance(schedule, Mapping):
        return None
    plan = cast("Body", schedule)
    now = _part(plan, "current_phase").get("start_date")
    later = [phase for phase in _objects(plan.get("phases")) if now and phase["start_date"] > now]
    items = _objects(later[0].get("items")) if later else ()
    if not items:
        return None
    price = items[0].get("price")
    return ScheduledChange(
        schedule=plan["id"],
        price=_lookup_key(cast("Body", price)) if isinstance(price, Mapping) else None,
        seats=items[0].get("quantity") or 1,
        at=moment(later[0]["start_date"]),
    )


def _objects(value: Any) -> tuple[Body, ...]:
    """The members that came as whole objects; a bare id says nothing we could show."""
    listed = cast("Sequence[Any]", value or [])
    return tuple(cast("Body", each) for each in listed if isinstance(each, Mapping))


def _sum(amounts: Any) -> int:
    return sum(each["amount"] for each in _objects(amounts))


def invoice(body: Body) -> InvoiceFacts:
    """The subscription is under `parent` since basil; a one-off invoice has none."""
    moves = _part(body, "status_transitions")
    return InvoiceFacts(
        id=body["id"],
        customer=ident(body["customer"]) or "",
        status=body.get("status") or "draft",
        total_cents=body["total"],
        due_cents=body["amount_due"],
        paid_cents=body["amount_paid"],
        currency=body["currency"],
        created_at=moment(body["created"]),
        period_start_at=moment(body["period_start"]),
        period_end_at=moment(body["period_end"]),
        subscription=ident(
            _part(_part(body, "parent"), "subscription_details").get("subscription")
        ),
        number=body.get("number"),
        hosted_url=body.get("hosted_invoice_url"),
        pdf_url=body.get("invoice_pdf"),
        finalized_at=at(moves.get("finalized_at")),
        paid_at=at(moves.get("paid_at")),
        attempts=body.get("attempt_count") or 0,
        next_attempt_at=at(body.get("next_payment_attempt")),
        billing_reason=body.get("billing_reason"),
        fault=_part(body, "last_finalization_error").get("code"),
    )


def checkout(body: Body) -> CheckoutFacts:
    status = body.get("status") or "open"
    return CheckoutFacts(
        id=body["id"],
        status=status,
        customer=ident(body.get("customer")),
        workspace_key=body.get("client_reference_id"),
        url=body.get("url") if status == "open" else None,
        metadata=_metadata(body),
        card=ident(_part(body, "setup_intent").get("payment_method"))
        if isinstance(body.get("setup_intent"), Mapping)
        else None,
    )


def concerned(event: Body) -> str | None:
    """Whose customer an event is about, by id; a payment method that was detached says who had it."""
    data = _part(event, "data")
    about = _part(data, "object")
    if about.get("object") == "customer":
        return about.get("id")
    before = _part(data, "previous_attributes")
    return ident(about.get("customer")) or ident(before.get("customer"))


def paid_with(event: Body) -> str | None:
    """The payment intent that a refund or a dispute is about: they name no customer."""
    about = _part(_part(event, "data"), "object")
    if about.get("object") in {"refund", "dispute"}:
        return ident(about.get("payment_intent"))
    return None


def ident(value: Any) -> str | None:
    """The id, whether Stripe sent it alone or expanded to the whole object."""
    if isinstance(value, Mapping):
        return cast("Mapping[str, str]", value).get("id")
    return value or None


def at(seconds: Any) -> datetime | None:
    return None if seconds is None else moment(seconds)


def moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _edge(pick: Any, items: Sequence[Body], key: str) -> datetime | None:
    moments = [item[key] for item in items if item.get(key) is not None]
    return at(pick(moments)) if moments else None


def _lookup_key(price: Body) -> str | None:
    """Our own mark first: a lookup key moves on to the next price, the customers stay behind."""
    return _metadata(price).get("lookup_key") or price.get("lookup_key")


def _part(body: Body, key: str) -> Body:
    """The object under `key`; empty where Stripe says null or nothing."""
    return cast("Body", body.get(key) or {})


def _metadata(body: Body) -> Mapping[str, str]:
    return cast("Mapping[str, str]", body.get("metadata") or {})


def _pause_reason(body: Body) -> str | None:
    if body.get("status") != "paused" and not body.get("pause_collection"):
        return None
    paused = _part(_part(_part(body, "status_details"), "paused"), "subscription")
    return paused.get("type") or _part(body, "pause_collection").get("behavior") or "paused"
