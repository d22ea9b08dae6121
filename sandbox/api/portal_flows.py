"""Deep links into one part of the portal: which exist, and where they lead when done."""

from sandbox import errors
from sandbox.shapes import count, fields, many, one_of, text
from sandbox.store import Body
from sandbox.world import World

_FEATURES = {
    "customer_update": "customer_update",
    "payment_method_update": "payment_method_update",
    "subscription_cancel": "subscription_cancel",
    "subscription_pause": "subscription_pause",
    "subscription_update": "subscription_update",
    "subscription_update_confirm": "subscription_update",
}
_OF_SUBSCRIPTION = (
    "subscription_cancel",
    "subscription_pause",
    "subscription_update",
    "subscription_update_confirm",
)
_SUBSCRIPTION = fields({"subscription": text}, required=("subscription",))
FLOW = fields(
    {
        "after_completion": fields(
            {
                "hosted_confirmation": fields({"custom_message": text}),
                "redirect": fields({"return_url": text}, required=("return_url",)),
                "type": one_of("hosted_confirmation", "portal_homepage", "redirect"),
            },
            required=("type",),
        ),
        "subscription_cancel": _SUBSCRIPTION,
        "subscription_pause": _SUBSCRIPTION,
        "subscription_update": _SUBSCRIPTION,
        "subscription_update_confirm": fields(
            {
                "items": many(
                    fields({"id": text, "price": text, "quantity": count}, required=("id",))
                ),
                "subscription": text,
            },
            required=("subscription", "items"),
        ),
        "type": one_of(*_FEATURES),
    },
    required=("type",),
)


def read(world: World, given: Body, customer_id: str, features: Body) -> Body:
    """The flow as the session shows it; refused where the portal does not offer it."""
    kind = given["type"]
    if not features[_FEATURES[kind]]["enabled"]:
        what = _FEATURES[kind].replace("_", " ")
        raise errors.invalid(
            f"This flow cannot be used because the {what} feature in the portal configuration is"
            " disabled.",
            "flow_data[type]",
        )
    target = given.get(kind) if kind in _OF_SUBSCRIPTION else None
    if kind in _OF_SUBSCRIPTION:
        _check_subscription(world, kind, target, customer_id)
    after = given.get("after_completion") or {"type": "portal_homepage"}
    confirmation = after.get("hosted_confirmation")
    shown: Body = {
        "after_completion": {
            "hosted_confirmation": {
                "custom_message": None,
                **(confirmation if isinstance(confirmation, dict) else {}),
            }
            if after["type"] == "hosted_confirmation"
            else None,
            "redirect": after.get("redirect"),
            "type": after["type"],
        },
        **dict.fromkeys(_OF_SUBSCRIPTION),
        "type": kind,
    }
    if target:
        extra: Body = {}
        if kind == "subscription_cancel":
            extra = {"retention": None}
        elif kind == "subscription_update_confirm":
            extra = {"discounts": None}
        shown[kind] = {**extra, **target}
    return shown


def _check_subscription(world: World, kind: str, target: Body | None, customer_id: str) -> None:
    name = f"flow_data[{kind}][subscription]"
    if not target:
        raise errors.invalid(f"Missing required param: {name}.", name, "parameter_missing")
    subscription = world.need("subscription", target["subscription"], name)
    if subscription["customer"] != customer_id:
        raise errors.missing("subscription", subscription["id"], name)
    if kind == "subscription_cancel" and (
        subscription["cancel_at"] or subscription["status"] in {"canceled", "incomplete_expired"}
    ):
        raise errors.invalid(
            f"The subscription {subscription['id']} is already set to be canceled.", name
        )
