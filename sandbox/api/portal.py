"""The customer portal's configurations and sessions."""

from sandbox.api.endpoint import PAGING, Endpoint, listing, merge, reading
from sandbox.objects import account
from sandbox.shapes import Shape, boolean, fields, many, metadata, one_of, text
from sandbox.store import Body
from sandbox.world import World

_KIND = "billing_portal.configuration"
_PRORATION = one_of("always_invoice", "create_prorations", "none")
_FEATURES = fields(
    {
        "customer_update": fields({"allowed_updates": many(text), "enabled": boolean}),
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
        "subscription_update": fields(
            {
                "enabled": boolean,
                "default_allowed_updates": many(text),
                "proration_behavior": _PRORATION,
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
    is_default = not world.store.count(_KIND)
    body = account.portal_configuration(params, is_default=is_default, now=world.now())
    return world.add(body, "billing_portal.configuration.created")


def update_configuration(world: World, params: Body, configuration_id: str) -> Body:
    """Offer something else."""
    body = world.need(_KIND, configuration_id)
    for name, feature in params.get("features", {}).items():
        body["features"][name] |= feature
    body["business_profile"] |= params.get("business_profile", {})
    merge(body, params, "active", "default_return_url", "name")
    body["updated"] = world.now()
    return world.save(body, "billing_portal.configuration.updated")


def create_session(world: World, params: Body) -> Body:
    """Let a customer in."""
    world.need("customer", params["customer"], "customer")
    chosen = params.get("configuration")
    if chosen:
        world.need(_KIND, chosen, "configuration")
    else:
        defaults = world.store.select(_KIND, {"is_default": 1})
        chosen = (defaults or [create_configuration(world, {})])[0]["id"]
    body = account.portal_session(
        params, configuration=chosen, url=world.settings.url, now=world.now()
    )
    return world.add(body, "billing_portal.session.created")


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
        {"configuration": text, "customer": text, "locale": text, "return_url": text},
        ("customer",),
    ),
)
