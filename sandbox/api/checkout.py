"""Checkout sessions, as the shop sees them."""

from urllib.parse import urlsplit

from sandbox import errors, render
from sandbox.api.endpoint import CREATED, PAGING, Endpoint, listed, reading
from sandbox.api.subscription_params import AUTOMATIC_TAX, BILLING_MODE, TRIAL_SETTINGS
from sandbox.engine import basket, buying, due, metering
from sandbox.objects import checkout
from sandbox.shapes import Shape, boolean, count, fields, integer, many, metadata, one_of, text
from sandbox.store import Body
from sandbox.world import World

_HALF_HOUR, _DAY = 1800, 86_400
_LINE = fields(
    {
        "price": text,
        "quantity": count,
        "adjustable_quantity": fields({"enabled": boolean, "minimum": count, "maximum": count}),
        "metadata": metadata,
    },
    required=("price",),
)
_SUBSCRIPTION_DATA = fields(
    {
        "billing_mode": BILLING_MODE,
        "description": text,
        "metadata": metadata,
        "trial_end": integer,
        "trial_period_days": integer,
        "trial_settings": TRIAL_SETTINGS,
    }
)
_AUTO = one_of("auto", "never")
_CREATE: dict[str, Shape] = {
    "allow_promotion_codes": boolean,
    "allowed_payment_method_types": many(text),
    "automatic_tax": AUTOMATIC_TAX,
    "billing_address_collection": one_of("auto", "required"),
    "cancel_url": text,
    "client_reference_id": text,
    "currency": text,
    "customer": text,
    "customer_creation": one_of("always", "if_required"),
    "customer_email": text,
    "discounts": many(fields({"coupon": text, "promotion_code": text})),
    "customer_update": fields({"address": _AUTO, "name": _AUTO, "shipping": _AUTO}),
    "expires_at": integer,
    "line_items": many(_LINE),
    "locale": text,
    "metadata": metadata,
    "mode": one_of("subscription", "payment", "setup"),
    "payment_intent_data": fields({"description": text, "metadata": metadata}),
    "payment_method_collection": one_of("always", "if_required"),
    "phone_number_collection": fields({"enabled": boolean}),
    "saved_payment_method_options": fields({"payment_method_save": one_of("enabled", "disabled")}),
    "setup_intent_data": fields({"description": text, "metadata": metadata}),
    "submit_type": one_of("auto", "book", "donate", "pay", "subscribe"),
    "subscription_data": _SUBSCRIPTION_DATA,
    "success_url": text,
    "tax_id_collection": fields({"enabled": boolean, "required": text}),
    "ui_mode": one_of("hosted_page"),
}


def create(world: World, params: Body) -> Body:
    """An open session and the address of its page."""
    now = world.now()
    _check_urls(params)
    customer = _customer(world, params)
    expires_at = params.get("expires_at")
    if expires_at and not now + _HALF_HOUR <= expires_at + 60 <= now + _DAY + 120:
        raise errors.invalid(
            "`expires_at` must be between 30 minutes and 24 hours from now.", "expires_at"
        )
    lines = _lines(world, params)
    body = checkout.new(params, customer=customer, lines=lines, url=world.settings.url, now=now)
    _discount(world, body, params)
    basket.tax(world, body)
    due.at(world, body["id"], "expire_session", body["expires_at"])
    return world.add(body)


def expire(world: World, _params: Body, session_id: str) -> Body:
    """Close the session before its time."""
    return buying.expire(world, world.need("checkout.session", session_id))


def line_items(world: World, _params: Body, session_id: str) -> Body:
    """What is bought."""
    session = world.need("checkout.session", session_id)
    url = f"/v1/checkout/sessions/{session_id}/line_items"
    return render.page(url, session["_line_items"])


def read_all(world: World, params: Body) -> Body:
    """Sessions by customer, subscription, payment or state."""
    where = {
        "customer": params.get("customer"),
        "subscription": params.get("subscription"),
        "payment_intent": params.get("payment_intent"),
        "status": params.get("status"),
        "customer_details.email": (params.get("customer_details") or {}).get("email"),
    }
    return listed(world, "checkout.session", "/v1/checkout/sessions", params, where)


def _customer(world: World, params: Body) -> Body | None:
    if params.get("customer") and params.get("customer_email"):
        raise errors.invalid(
            "You may only specify one of these parameters: customer, customer_email."
        )
    if not params.get("customer"):
        return None
    customer = world.need("customer", params["customer"], "customer")
    if customer.get("deleted"):
        raise errors.missing("customer", customer["id"], "customer")
    taxed = (params.get("automatic_tax") or {}).get("enabled")
    collects = (params.get("customer_update") or {}).get("address") == "auto"
    if taxed and not collects and not customer["address"]:
        raise errors.invalid(
            "Automatic tax calculation in Checkout requires a valid address on the Customer."
            " Add a valid address to the Customer or set `customer_update[address]` to 'auto'.",
            code="customer_tax_location_invalid",
        )
    return customer


def _discount(world: World, body: Body, params: Body) -> None:
    asked = params.get("discounts") or []
    if asked and params.get("allow_promotion_codes") is not None:
        raise errors.invalid(
            "You may only specify one of these parameters: allow_promotion_codes, discounts."
        )
    if len(asked) > 1:
        raise errors.invalid("You can only apply one discount to a Checkout Session.", "discounts")
    if asked:
        basket.discount(world, body, asked)


def _lines(world: World, params: Body) -> list[Body]:
    asked = params.get("line_items") or []
    if not asked and params["mode"] != "setup":
        raise errors.invalid(
            "Missing required param: line_items.", "line_items", "parameter_missing"
        )
    data = params.get("subscription_data") or {}
    trial = bool(data.get("trial_period_days") or data.get("trial_end"))
    lines = []
    for place, line in enumerate(asked):
        where = f"line_items[{place}][price]"
        price = world.need("price", line["price"], where)
        if not price["active"]:
            raise errors.invalid(
                f"The price specified is inactive. This field only accepts active prices."
                f" ({price['id']})",
                where,
            )
        if (params["mode"] == "subscription") != bool(price["recurring"]):
            raise errors.invalid(
                f"In `{params['mode']}` mode the price {price['id']} cannot be used: it is"
                f" {price['type'].replace('_', '-')}.",
                where,
            )
        product = world.need("product", price["product"])
        quantity = None if metering.is_metered(price) else line.get("quantity") or 1
        lines.append(checkout.line_item(price, product, quantity, due=not trial))
    return lines


def _check_urls(params: Body) -> None:
    if not params.get("success_url"):
        raise errors.invalid(
            "Missing required param: success_url.", "success_url", "parameter_missing"
        )
    for name in ("success_url", "cancel_url"):
        address = params.get(name)
        if address and urlsplit(address).scheme not in {"http", "https"}:
            raise errors.invalid("Not a valid URL", name, "url_invalid")


_LIST: dict[str, Shape] = {
    **PAGING,
    "created": CREATED,
    "customer": text,
    "customer_details": fields({"email": text}),
    "payment_intent": text,
    "status": one_of("open", "complete", "expired"),
    "subscription": text,
}

ENDPOINTS = (
    Endpoint("POST", "/checkout/sessions", create, _CREATE, ("mode",)),
    Endpoint("GET", "/checkout/sessions", read_all, _LIST),
    Endpoint("GET", "/checkout/sessions/{id}", reading("checkout.session")),
    Endpoint("POST", "/checkout/sessions/{id}/expire", expire),
    Endpoint("GET", "/checkout/sessions/{id}/line_items", line_items, PAGING),
)
