"""Setup intents: saving a card without charging it."""

from sandbox import errors
from sandbox.api.endpoint import CREATED, PAGING, Endpoint, listing, merge, reading
from sandbox.engine import saving, wallet
from sandbox.objects import setup_intent
from sandbox.shapes import Shape, boolean, fields, many, metadata, one_of, text
from sandbox.store import Body
from sandbox.world import World

_KIND, _PATH = "setup_intent", "/setup_intents"
_SHARED: dict[str, Shape] = {
    "customer": text,
    "description": text,
    "metadata": metadata,
    "payment_method": text,
}
_CREATE: dict[str, Shape] = {
    **_SHARED,
    "allowed_payment_method_types": many(one_of("card")),
    "automatic_payment_methods": fields(
        {"allow_redirects": one_of("always", "never"), "enabled": boolean}, required=("enabled",)
    ),
    "confirm": boolean,
    "return_url": text,
    "usage": one_of("off_session", "on_session"),
}


def create(world: World, params: Body) -> Body:
    """Prepare to save a card; with `confirm`, save it at once."""
    if params.get("customer"):
        world.need("customer", params["customer"], "customer")
    if params.get("confirm") and not params.get("payment_method"):
        raise errors.invalid(
            "You cannot confirm this SetupIntent because it's missing a payment method.",
            "payment_method",
            "parameter_missing",
        )
    method = _method(world, params)
    body = setup_intent.new({**params, "payment_method": method and method["id"]}, now=world.now())
    if automatic := params.get("automatic_payment_methods"):
        body["automatic_payment_methods"] = {"allow_redirects": "always", **automatic}
    world.add(body, "setup_intent.created")
    if method and params.get("confirm"):
        return saving.confirm(world, body, method, params.get("return_url"))
    return body


def update(world: World, params: Body, intent_id: str) -> Body:
    """Another card, another customer, other words."""
    body = world.need(_KIND, intent_id)
    method = _method(world, params)
    if method:
        body |= {"payment_method": method["id"], "status": "requires_confirmation"}
    merge(body, params, "customer", "description")
    return world.save(body)


def confirm(world: World, params: Body, intent_id: str) -> Body:
    """Save the card, asking the bank where the card wants that."""
    body = world.need(_KIND, intent_id)
    method_id = params.get("payment_method") or body["payment_method"]
    if not method_id:
        raise errors.invalid(
            "You cannot confirm this SetupIntent because it's missing a payment method.",
            "payment_method",
            "parameter_missing",
        )
    return saving.confirm(world, body, wallet.find(world, method_id), params.get("return_url"))


def cancel(world: World, params: Body, intent_id: str) -> Body:
    """Nothing will be saved."""
    return saving.cancel(world, world.need(_KIND, intent_id), params.get("cancellation_reason"))


def _method(world: World, params: Body) -> Body | None:
    if not params.get("payment_method"):
        return None
    method = wallet.find(world, params["payment_method"])
    if method["customer"] not in {None, params.get("customer")}:
        raise errors.invalid(
            "The provided PaymentMethod belongs to a Customer, so the SetupIntent must name that"
            " Customer.",
            "payment_method",
        )
    world.store.put(method)
    return method


_CONFIRM: dict[str, Shape] = {"payment_method": text, "return_url": text}
_CANCEL: dict[str, Shape] = {
    "cancellation_reason": one_of("abandoned", "duplicate", "requested_by_customer")
}
_LIST: dict[str, Shape] = {**PAGING, "created": CREATED, "customer": text, "payment_method": text}

ENDPOINTS = (
    Endpoint("POST", _PATH, create, _CREATE),
    Endpoint("GET", _PATH, listing(_KIND, f"/v1{_PATH}", "customer", "payment_method"), _LIST),
    Endpoint("GET", f"{_PATH}/{{id}}", reading(_KIND)),
    Endpoint("POST", f"{_PATH}/{{id}}", update, _SHARED),
    Endpoint("POST", f"{_PATH}/{{id}}/confirm", confirm, _CONFIRM),
    Endpoint("POST", f"{_PATH}/{{id}}/cancel", cancel, _CANCEL),
)
