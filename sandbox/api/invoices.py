"""Invoices, the payments that settle them, and previews of what a change would cost."""

from sandbox import errors
from sandbox.api.endpoint import CREATED, PAGING, Endpoint, listed, merge, reading
from sandbox.api.subscription_params import ANCHOR, AUTOMATIC_TAX, CANCEL_AT, ITEM, PRORATION
from sandbox.engine import (
    changing,
    discounting,
    due,
    invoicing,
    metering,
    periods,
    pricing,
    redeeming,
    renewing,
)
from sandbox.objects import invoice as invoices
from sandbox.objects import subscription as subscriptions
from sandbox.shapes import Shape, boolean, either, fields, integer, many, metadata, one_of, text
from sandbox.store import Body
from sandbox.world import World

_SUBSCRIPTION = "parent.subscription_details.subscription"
_DETAILS = fields(
    {
        "billing_cycle_anchor": ANCHOR,
        "cancel_at": CANCEL_AT,
        "cancel_at_period_end": boolean,
        "items": many(ITEM),
        "proration_behavior": PRORATION,
        "proration_date": integer,
        "trial_end": either(one_of("now"), integer),
    }
)


def read_all(world: World, params: Body) -> Body:
    """Invoices by customer, subscription or state."""
    where = {
        "collection_method": params.get("collection_method"),
        "customer": params.get("customer"),
        "status": params.get("status"),
        _SUBSCRIPTION: params.get("subscription"),
    }
    return listed(world, "invoice", "/v1/invoices", params, where)


def update(world: World, params: Body, invoice_id: str) -> Body:
    """Change an invoice's words, or whether it goes on by itself."""
    body = world.need("invoice", invoice_id)
    if "auto_advance" in params and not params["auto_advance"]:
        due.never(world, invoice_id)
    merge(body, params, "auto_advance", "default_payment_method", "description", "footer")
    return world.save(body, "invoice.updated")


def finalize(world: World, _params: Body, invoice_id: str) -> Body:
    """Make a draft payable without waiting for its hour."""
    body = invoicing.finalize(world, world.need("invoice", invoice_id))
    if error := body["last_finalization_error"] if body["status"] == "draft" else None:
        raise errors.ApiError(error["message"], code=error["code"], keeps=True)
    return body


def pay(world: World, params: Body, invoice_id: str) -> Body:
    """Charge it now, by the card on file or the one named; a decline is kept on record."""
    body = world.need("invoice", invoice_id)
    if body["status"] == "paid":
        raise errors.invalid("Invoice is already paid", code="invoice_already_paid")
    if body["status"] == "draft":
        body = invoicing.finalize(world, body)
    if body["status"] == "paid":
        return body
    if body["status"] not in {"open", "uncollectible"}:
        raise errors.invalid(f"This invoice is {body['status']} and can no longer be paid.")
    method_id = params.get("payment_method")
    method = world.need("payment_method", method_id, "payment_method") if method_id else None
    if params.get("paid_out_of_band"):
        return invoicing.settle(world, body)
    outcome = invoicing.collect(world, body, method)
    if outcome.refusal:
        refusal = outcome.refusal
        raise errors.declined(refusal.code, refusal.decline_code, refusal.message)
    if outcome.needs_bank:
        raise errors.declined(
            "invoice_payment_intent_requires_action",
            None,
            "The customer must confirm this payment with their bank. Send them to the"
            " invoice's hosted page.",
        )
    return world.need("invoice", invoice_id)


def void(world: World, _params: Body, invoice_id: str) -> Body:
    """Nobody owes it any more."""
    return invoicing.void(world, world.need("invoice", invoice_id))


def write_off(world: World, _params: Body, invoice_id: str) -> Body:
    """Give up on it."""
    return invoicing.write_off(world, world.need("invoice", invoice_id))


def lines(world: World, _params: Body, invoice_id: str) -> Body:
    """What is billed."""
    return world.need("invoice", invoice_id)["lines"]


def preview(world: World, params: Body) -> Body:
    """What the next invoice, a change, or a new subscription would cost; nothing is stored."""
    details = params.get("subscription_details", {})
    if params.get("subscription"):
        subscription = world.need("subscription", params["subscription"])
        subscription["automatic_tax"] |= params.get("automatic_tax", {})
        if "discounts" in params:
            purchase = redeeming.purchase_of(world, subscription)
            subscription["_imagined_discounts"] = redeeming.all_of(
                world, params["discounts"], purchase
            )
        body = _preview_of(world, subscription, details)
    else:
        body = _preview_of_new(world, params, details)
    body |= {"id": body["id"].replace("in_", "upcoming_in_", 1)}
    body["lines"]["url"] = "/v1/invoices/create_preview/lines"
    for line in body["lines"]["data"]:
        line["invoice"] = body["id"]
    return body


def payments(world: World, params: Body) -> Body:
    """Which payments settle which invoices."""
    asked = params.get("payment", {})
    where = {
        "invoice": params.get("invoice"),
        "status": params.get("status"),
        "payment.payment_intent": asked.get("payment_intent"),
    }
    return listed(world, "invoice_payment", "/v1/invoice_payments", params, where)


def _preview_of(world: World, subscription: Body, details: Body) -> Body:
    if "items" not in details and "billing_cycle_anchor" not in details:
        return renewing.upcoming(world, subscription)
    change = changing.work_out(world, subscription, details)
    customer = world.need("customer", subscription["customer"])
    if change.restarts or details.get("proration_behavior") == "always_invoice":
        reason = "subscription_update"
        if not change.lines:
            return renewing.upcoming(world, change.subscription)
        invoice = invoices.new(customer, change.subscription, change.lines, reason, world.now())
        discounting.apply(world, invoice, discounting.of(world, change.subscription))
        return invoice
    after = change.subscription
    after.setdefault("_pending_lines", []).extend(change.lines)
    return renewing.upcoming(world, after)


def _preview_of_new(world: World, params: Body, details: Body) -> Body:
    asked = details.get("items")
    if not params.get("customer") or not asked:
        raise errors.invalid(
            "Say what to preview: a subscription, or a customer and subscription_details[items].",
            "subscription",
            "parameter_missing",
        )
    customer, now = world.need("customer", params["customer"], "customer"), world.now()
    prices = [world.need("price", item["price"], "items[0][price]") for item in asked]
    trial_end = details.get("trial_end")
    taxed = {"automatic_tax": params.get("automatic_tax")}
    imagined = subscriptions.new(customer["id"], prices[0]["currency"], taxed, now=now)
    for item, price in zip(asked, prices, strict=True):
        recurring = price["recurring"]
        end = periods.next_end(now, now, recurring["interval"], recurring["interval_count"])
        period = (now, trial_end if isinstance(trial_end, int) else end)
        quantity = None if metering.is_metered(price) else item.get("quantity") or 1
        imagined["items"]["data"].append(
            subscriptions.item(imagined["id"], price, quantity, period, now)
        )
    priced = pricing.lines(world, imagined, free=isinstance(trial_end, int))
    invoice = invoices.new(customer, imagined, priced, "upcoming", now)
    purchase = redeeming.purchase_of(world, imagined)
    discounting.apply(
        world, invoice, redeeming.all_of(world, params.get("discounts") or [], purchase)
    )
    return invoice


_LIST: dict[str, Shape] = {
    **PAGING,
    "collection_method": text,
    "created": CREATED,
    "customer": text,
    "status": one_of("draft", "open", "paid", "uncollectible", "void"),
    "subscription": text,
}
_PAY: dict[str, Shape] = {
    "off_session": boolean,
    "paid_out_of_band": boolean,
    "payment_method": text,
}
_UPDATE: dict[str, Shape] = {
    "auto_advance": boolean,
    "default_payment_method": text,
    "description": text,
    "footer": text,
    "metadata": metadata,
}
_PREVIEW: dict[str, Shape] = {
    "automatic_tax": AUTOMATIC_TAX,
    "currency": text,
    "customer": text,
    "discounts": many(fields({"coupon": text, "discount": text, "promotion_code": text})),
    "preview_mode": one_of("next"),
    "subscription": text,
    "subscription_details": _DETAILS,
}
_PAYMENTS: dict[str, Shape] = {
    **PAGING,
    "created": CREATED,
    "invoice": text,
    "payment": fields({"type": one_of("payment_intent"), "payment_intent": text}),
    "status": one_of("open", "paid", "canceled"),
}

ENDPOINTS = (
    Endpoint("GET", "/invoices", read_all, _LIST),
    Endpoint("POST", "/invoices/create_preview", preview, _PREVIEW),
    Endpoint("GET", "/invoices/{id}", reading("invoice")),
    Endpoint("POST", "/invoices/{id}", update, _UPDATE),
    Endpoint("POST", "/invoices/{id}/finalize", finalize, {"auto_advance": boolean}),
    Endpoint("POST", "/invoices/{id}/pay", pay, _PAY),
    Endpoint("POST", "/invoices/{id}/void", void),
    Endpoint("POST", "/invoices/{id}/mark_uncollectible", write_off),
    Endpoint("GET", "/invoices/{id}/lines", lines, PAGING),
    Endpoint("GET", "/invoice_payments", payments, _PAYMENTS),
    Endpoint("GET", "/invoice_payments/{id}", reading("invoice_payment")),
)
