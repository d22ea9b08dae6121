"""Subscriptions: create, read, change, cancel in both forms, resume."""

from typing import Any

from sandbox import errors
from sandbox.api.endpoint import CREATED, PAGING, Endpoint, listed, merge, reading
from sandbox.api.subscription_params import (
    ANCHOR,
    AUTOMATIC_TAX,
    BILLING_MODE,
    CANCEL_AT,
    DETAILS,
    ITEM,
    NEW_ITEM,
    PAYMENT,
    PRORATION,
    TRIAL_SETTINGS,
)
from sandbox.engine import (
    calendar,
    cancelling,
    changing,
    discounting,
    metering,
    pausing,
    redeeming,
    renewing,
    scheduling,
    subscribing,
    taxes,
)
from sandbox.shapes import (
    Shape,
    boolean,
    count,
    either,
    emptied,
    fields,
    integer,
    many,
    metadata,
    one_of,
    text,
)
from sandbox.store import ABSENT, Body
from sandbox.world import World

_COMMON: dict[str, Shape] = {
    "automatic_tax": AUTOMATIC_TAX,
    "cancel_at": CANCEL_AT,
    "cancel_at_period_end": boolean,
    "collection_method": one_of("charge_automatically", "send_invoice"),
    "days_until_due": count,
    "default_payment_method": text,
    "description": text,
    "discounts": many(fields({"coupon": text, "discount": text, "promotion_code": text})),
    "metadata": metadata,
    "off_session": boolean,
    "payment_behavior": PAYMENT,
    "payment_settings": fields({"save_default_payment_method": one_of("off", "on_subscription")}),
    "proration_behavior": PRORATION,
    "trial_end": either(one_of("now"), integer),
    "trial_settings": TRIAL_SETTINGS,
}
_CREATE: dict[str, Shape] = {
    **_COMMON,
    "billing_mode": BILLING_MODE,
    "currency": text,
    "customer": text,
    "items": many(fields(NEW_ITEM, required=("price",))),
    "trial_period_days": count,
}
_UPDATE: dict[str, Shape] = {
    **_COMMON,
    "billing_cycle_anchor": ANCHOR,
    "cancellation_details": DETAILS,
    "items": many(ITEM),
    "pause_collection": emptied(
        fields(
            {
                "behavior": one_of("keep_as_draft", "mark_uncollectible", "void"),
                "resumes_at": integer,
            },
            required=("behavior",),
        )
    ),
    "proration_date": integer,
}


def create(world: World, params: Body) -> Body:
    """Begin a subscription without a Checkout page."""
    if params.get("collection_method") == "send_invoice" and not params.get("days_until_due"):
        raise errors.invalid(
            "You must specify `days_until_due` with collection_method=send_invoice.",
            "days_until_due",
        )
    customer = world.need("customer", params["customer"], "customer")
    if method_id := params.get("default_payment_method"):
        _own_method(world, customer["id"], method_id)
    wanted = []
    for place, item in enumerate(params["items"]):
        price = world.need("price", item["price"], f"items[{place}][price]")
        if not price["recurring"]:
            raise errors.invalid(
                f"The price specified is set to `type=one_time` but this field only accepts"
                f" prices with `type=recurring`. ({price['id']})",
                f"items[{place}][price]",
            )
        wanted.append((price, _quantity(price, item, place)))
    _refuse_both_ends(params)
    begun = subscribing.begin(world, customer, wanted, params)
    return begun.subscription


def _quantity(price: Body, item: Body, place: int) -> int | None:
    if not metering.is_metered(price):
        return 1 if item.get("quantity") is None else item["quantity"]
    if item.get("quantity") is not None:
        raise errors.invalid(
            f"You cannot set the quantity for metered prices: {price['id']}.",
            f"items[{place}][quantity]",
        )
    return None


def update(world: World, params: Body, subscription_id: str) -> Body:
    """Change it; what it costs and when it ends follow from the parameters."""
    body = world.need("subscription", subscription_id)
    _refuse_changing_what_ended(body, params)
    _refuse_both_ends(params)
    _refuse_ending_what_is_scheduled(body, params)
    if method_id := params.get("default_payment_method"):
        _own_method(world, body["customer"], method_id)
    merge(
        body, params, "collection_method", "days_until_due", "default_payment_method", "description"
    )
    if "automatic_tax" in params:
        if params["automatic_tax"]["enabled"]:
            taxes.require_place(world.need("customer", body["customer"]))
        body["automatic_tax"] |= {**params["automatic_tax"], "disabled_reason": None}
    body["payment_settings"] |= params.get("payment_settings", {})
    if end_behavior := params.get("trial_settings", {}).get("end_behavior"):
        body["trial_settings"]["end_behavior"] |= end_behavior
    if "pause_collection" in params:
        pausing.pause_collection(world, body, params["pause_collection"])
    if "discounts" in params:
        redeeming.put_on(world, body, params["discounts"])
    if "items" in params or params.get("billing_cycle_anchor", {}).get("type") == "now":
        body = changing.carry_out(world, body, params)
        scheduling.follow(world, body)
    body = _move_trial(world, body, params)
    _move_end(world, body, params)
    return world.save(body, "customer.subscription.updated")


def cancel(world: World, params: Body, subscription_id: str) -> Body:
    """End it at once."""
    body = world.need("subscription", subscription_id)
    details = params.get("cancellation_details")
    return cancelling.now(world, body, "cancellation_requested", details)


def remove_discount(world: World, _params: Body, subscription_id: str) -> Body:
    """Take off the subscription's discount."""
    body = world.need("subscription", subscription_id)
    if not body["discounts"]:
        raise errors.invalid("This subscription has no discount.", code="resource_missing")
    gone = world.need("discount", body["discounts"][-1])
    discounting.drop(world, body, gone["id"])
    world.save(body, "customer.subscription.updated")
    left = {name: value for name, value in gone.items() if name != "end"}
    return {**left, "deleted": True}


def read_all(world: World, params: Body) -> Body:
    """Subscriptions; ended ones only when asked for by status."""
    status = params.get("status")
    shown: Any = {
        None: ("trialing", "active", "past_due", "unpaid", "paused", "incomplete"),
        "all": None,
        "ended": ("canceled", "incomplete_expired"),
    }.get(status, status)
    where = {
        "collection_method": params.get("collection_method"),
        "customer": params.get("customer"),
        "items.data[0].price": params.get("price"),
        "status": shown,
        "test_clock": params.get("test_clock") or (None if params.get("customer") else ABSENT),
    }
    return listed(world, "subscription", "/v1/subscriptions", params, where)


def _move_end(world: World, body: Body, params: Body) -> None:
    details = params.get("cancellation_details")
    if params.get("cancel_at_period_end"):
        cancelling.at_period_end(world, body, details)
    elif params.get("cancel_at"):
        cancelling.at(world, body, params["cancel_at"], details)
    elif params.get("cancel_at") == "" or (
        params.get("cancel_at_period_end") is False and body["cancel_at_period_end"]
    ):
        cancelling.take_back(world, body)
    elif details:
        body["cancellation_details"] |= details


def _move_trial(world: World, body: Body, params: Body) -> Body:
    when = params.get("trial_end")
    if when == "now":
        return renewing.end_trial_now(world, body) if body["status"] == "trialing" else body
    if when is None:
        return body
    if when <= world.now():
        raise errors.invalid("`trial_end` must be in the future.", "trial_end")
    body |= {"trial_end": when, "status": "trialing", "billing_cycle_anchor": when}
    body["trial_start"] = body["trial_start"] or world.now()
    for item in body["items"]["data"]:
        item["current_period_end"] = when
    calendar.plan(world, body)
    return body


def _refuse_changing_what_ended(body: Body, params: Body) -> None:
    if body["status"] in cancelling.ENDED and set(params) - {"metadata", "cancellation_details"}:
        raise errors.invalid(
            "A canceled subscription can only update its cancellation_details and metadata."
        )


def _refuse_ending_what_is_scheduled(body: Body, params: Body) -> None:
    if body["schedule"] and {"cancel_at", "cancel_at_period_end"} & set(params):
        raise errors.invalid(
            f"The subscription is managed by the subscription schedule `{body['schedule']}`, and"
            " updating any cancelation behavior directly"  # codespell:ignore cancelation
            " is not allowed. Please update the schedule instead.",
            "cancel_at" if "cancel_at" in params else "cancel_at_period_end",
        )


def _refuse_both_ends(params: Body) -> None:
    if params.get("cancel_at") and params.get("cancel_at_period_end"):
        raise errors.invalid(
            "You may only specify one of these parameters: cancel_at, cancel_at_period_end."
        )


def _own_method(world: World, customer_id: str, method_id: str) -> None:
    method = world.need("payment_method", method_id, "default_payment_method")
    if method["customer"] != customer_id:
        raise errors.invalid(
            f"The customer does not have a payment method with the ID {method_id}. The payment"
            " method must be attached to the customer.",
            "default_payment_method",
            "resource_missing",
        )


_LIST: dict[str, Shape] = {
    **PAGING,
    "collection_method": text,
    "created": CREATED,
    "customer": text,
    "price": text,
    "test_clock": text,
    "status": one_of(
        "active",
        "all",
        "canceled",
        "ended",
        "incomplete",
        "incomplete_expired",
        "past_due",
        "paused",
        "trialing",
        "unpaid",
    ),
}
_CANCEL: dict[str, Shape] = {
    "cancellation_details": DETAILS,
    "invoice_now": boolean,
    "prorate": boolean,
}

ENDPOINTS = (
    Endpoint("POST", "/subscriptions", create, _CREATE, ("customer", "items")),
    Endpoint("GET", "/subscriptions", read_all, _LIST),
    Endpoint("GET", "/subscriptions/{id}", reading("subscription")),
    Endpoint("POST", "/subscriptions/{id}", update, _UPDATE),
    Endpoint("DELETE", "/subscriptions/{id}", cancel, _CANCEL),
    Endpoint("DELETE", "/subscriptions/{id}/discount", remove_discount),
)
