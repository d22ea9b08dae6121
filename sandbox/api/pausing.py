"""Pausing subscriptions and lifting the pause."""

from sandbox.api.endpoint import Endpoint
from sandbox.api.subscription_params import ANCHOR, PRORATION
from sandbox.engine import pausing
from sandbox.shapes import Shape, fields, integer, one_of
from sandbox.store import Body
from sandbox.world import World


def pause(world: World, params: Body, subscription_id: str) -> Body:
    """Stop billing until it is resumed."""
    return pausing.pause(world, world.need("subscription", subscription_id), params)


def resume(world: World, params: Body, subscription_id: str) -> Body:
    """Lift a pause."""
    return pausing.resume(world, world.need("subscription", subscription_id), params)


_PAUSE: dict[str, Shape] = {
    "bill_for": fields(
        {
            "outstanding_usage_through": fields({"type": one_of("none", "now")}),
            "unused_time_from": fields(
                {"type": one_of("item_current_period_start", "none", "now")}
            ),
        }
    ),
    "invoicing_behavior": one_of("invoice", "pending_invoice_item"),
    "type": one_of("subscription"),
}
_RESUME: dict[str, Shape] = {
    "billing_cycle_anchor": ANCHOR,
    "payment_behavior": one_of("resume_on_payment_attempt", "resume_on_payment_success"),
    "proration_behavior": PRORATION,
    "proration_date": integer,
}

ENDPOINTS = (
    Endpoint("POST", "/subscriptions/{id}/pause", pause, _PAUSE),
    Endpoint("POST", "/subscriptions/{id}/resume", resume, _RESUME),
)
