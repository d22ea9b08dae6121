"""The customer portal's configurations and sessions."""

from sandbox import errors
from sandbox.api import portal_flows
from sandbox.api.endpoint import PAGING, Endpoint, listing, merge, reading
from sandbox.objects import account
from sandbox.shapes import Shape, boolean, count, fields, many, metadata, one_of, text
from sandbox.store import Body
from sandbox.world import World

_KIND = "billing_portal.configuration"
_PRORATION = one_of("always_invoice", "create_prorations", "none")
_PRODUCT = fields(
    {
        "adjustable_quantity": fields(
            {"enabled": boolean, "maximum": count, "minimum": count}, required=("enabled",)
        ),
        "prices": many(text),
        "product": text,
    },
    required=("product", "prices"),
)
_CONDITION = fields(
    {"type": one_of("decreasing_item_amount", "shortening_interval")}, required=("type",)
)
_SPAN = fields(
    {"interval": one_of("day", "week", "month", "year"), "interval_count": count},
    required=("interval", "interval_count"),
)
_FEATURES = fields(
    {
        "customer_update": fields(
            {
                "allowed_updates": many(
                    one_of("address", "email", "name", "phone", "shipping", "tax_id")
                ),
                "enabled": boolean,
            }
        ),
        "invoice_history": fields({"enabled": boolean}),
        "payment_method_update": fields({"enabled": boolean}),
        "subscription_cancel": fields(
            {
                "enabled": boolean,
                "mode": one_of("at_period_end", "immediately"),
                "proration_behavior": _PRORATION,
                "cancellation_reason": fields({"enabled": boolean, "options": many(text)}),
            }
        ),
        "subscription_pause": fields(
            {
                "duration": fields(
                    {
                        "interval_options": many(_SPAN),
                        "type": one_of("indefinite", "interval_options"),
                    },
                    required=("type",),
                ),
                "enabled": boolean,
            }
        ),
        "subscription_update": fields(
            {
                "enabled": boolean,
                "default_allowed_updates": many(one_of("price", "promotion_code", "quantity")),
                "billing_cycle_anchor": one_of("now", "unchanged"),
                "products": many(_PRODUCT),
                "proration_behavior": _PRORATION,
                "schedule_at_period_end": fields({"conditions": many(_CONDITION)}),
                "trial_update_behavior": one_of("continue_trial", "end_trial"),
            }
        ),
    }
)
_CONFIGURATION: dict[str, Shape] = {
    "active": boolean,
    "business_profile": fields(
        {"headline": text, "privacy_policy_url": text, "terms_of_service_url": text}
    ),
    "default_return_url": text,
    "features": _FEATURES,
    "metadata": metadata,
    "name": text,
}


def create_configuration(world: World, params: Body) -> Body:
    """What the portal offers; the first one is the default."""
    _check(world, params)
    is_default = not world.store.count(_KIND)
    body = account.portal_configuration(params, is_default=is_default, now=world.now())
    return world.add(body, "billing_portal.configuration.created")


def update_configuration(world: World, params: Body, configuration_id: str) -> Body:
    """Offer something else."""
    _check(world, params)
    body = world.need(_KIND, configuration_id)
    for name, feature in params.get("features", {}).items():
        body["features"][name] |= feature
    body["business_profile"] |= params.get("business_profile", {})
    merge(body, params, "active", "default_return_url", "name")
    body["updated"] = world.now()
    return world.save(body, "billing_portal.configuration.updated")


def create_session(world: World, params: Body) -> Body:
    """Let a customer in."""
    customer = world.need("customer", params["customer"], "customer")
    chosen = params.get("configuration")
    if chosen:
        world.need(_KIND, chosen, "configuration")
    else:
        defaults = world.store.select(_KIND, {"is_default": 1})
        chosen = (defaults or [create_configuration(world, {})])[0]["id"]
    body = account.portal_session(
        params, configuration=chosen, url=world.settings.url, now=world.now()
    )
    if params.get("flow_data"):
        features = world.need(_KIND, chosen)["features"]
        body["flow"] = portal_flows.read(world, params["flow_data"], customer["id"], features)
    return world.add(body, "billing_portal.session.created")


def _check(world: World, params: Body) -> None:
    _check_pause((params.get("features", {}).get("subscription_pause") or {}).get("duration"))
    feature = params.get("features", {}).get("subscription_update") or {}
    for place, product in enumerate(feature.get("products") or []):
        where = f"features[subscription_update][products][{place}]"
        world.need("product", product["product"], f"{where}[product]")
        for price_id in product["prices"]:
            price = world.need("price", price_id, f"{where}[prices]")
            if price["product"] != product["product"] or not price["recurring"]:
                raise errors.invalid(
                    f"The price {price_id} is not a recurring price of the product"
                    f" {product['product']}.",
                    f"{where}[prices]",
                )
        given = product.get("adjustable_quantity") or {}
        default = {"enabled": False, "maximum": None, "minimum": 1}
        product["adjustable_quantity"] = {**default, **given}


def _check_pause(duration: Body | None) -> None:
    if duration is None:
        return
    duration.setdefault("interval_options", [])
    if (duration["type"] == "interval_options") != bool(duration["interval_options"]):
        raise errors.invalid(
            "Name the pauses to choose from with `type=interval_options`, and none otherwise.",
            "features[subscription_pause][duration][interval_options]",
        )


_NEW = {name: shape for name, shape in _CONFIGURATION.items() if name != "active"}

ENDPOINTS = (
    Endpoint("POST", "/billing_portal/configurations", create_configuration, _NEW),
    Endpoint(
        "GET",
        "/billing_portal/configurations",
        listing(_KIND, "/v1/billing_portal/configurations", "active", "is_default"),
        {**PAGING, "active": boolean, "is_default": boolean},
    ),
    Endpoint("GET", "/billing_portal/configurations/{id}", reading(_KIND)),
    Endpoint("POST", "/billing_portal/configurations/{id}", update_configuration, _CONFIGURATION),
    Endpoint(
        "POST",
        "/billing_portal/sessions",
        create_session,
        {
            "configuration": text,
            "customer": text,
            "flow_data": portal_flows.FLOW,
            "locale": text,
            "return_url": text,
        },
        ("customer",),
    ),
)
