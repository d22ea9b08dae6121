"""A new setup intent: a card that is to be saved for later without charging it."""

from sandbox import ids
from sandbox.store import Body


def new(params: Body, *, now: int) -> Body:
    """Waiting for a card, or for the one given to be confirmed."""
    intent_id = ids.new("setup_intent")
    method_id = params.get("payment_method")
    return {
        "id": intent_id,
        "object": "setup_intent",
        "application": None,
        "automatic_payment_methods": None,
        "cancellation_reason": None,
        "client_secret": f"{intent_id}_secret_{ids.letters(24)}",
        "created": now,
        "customer": params.get("customer"),
        "description": params.get("description"),
        "flow_directions": None,
        "last_setup_error": None,
        "latest_attempt": None,
        "livemode": False,
        "mandate": None,
        "metadata": params.get("metadata") or {},
        "next_action": None,
        "on_behalf_of": None,
        "payment_method": method_id,
        "payment_method_options": {},
        "payment_method_types": ["card"],
        "single_use_mandate": None,
        "status": "requires_confirmation" if method_id else "requires_payment_method",
        "usage": params.get("usage") or "off_session",
    }
