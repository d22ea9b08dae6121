"""Giving money back for a charge, in whole or in part, never more than was taken."""

from sandbox import errors
from sandbox.engine import pricing
from sandbox.objects import money_back
from sandbox.store import Body
from sandbox.world import World


def refund(world: World, charge: Body, amount: int | None, params: Body) -> Body:
    """Refund the amount, or all that is left."""
    _refuse(charge, amount)
    left = charge["amount"] - charge["amount_refunded"]
    given = left if amount is None else amount
    body = money_back.refund(charge, given, params, now=world.now())
    charge["amount_refunded"] += given
    charge["refunded"] = charge["amount_refunded"] == charge["amount"]
    world.add(body, "refund.created")
    world.save(charge, "charge.refunded")
    return body


def charge_of(world: World, intent_id: str) -> Body:
    """The charge that paid an intent."""
    intent = world.need("payment_intent", intent_id, "payment_intent")
    if intent["status"] != "succeeded":
        raise errors.invalid(
            f"This PaymentIntent ({intent_id}) does not have a successful charge to refund.",
            "payment_intent",
        )
    return world.need("charge", intent["latest_charge"])


def charges_of(world: World, invoice_id: str) -> list[Body]:
    """The charges that paid an invoice."""
    links = world.store.select("invoice_payment", {"invoice": invoice_id, "status": "paid"})
    intents = [link["payment"].get("payment_intent") for link in links]
    return [charge_of(world, intent) for intent in intents if intent]


def _refuse(charge: Body, amount: int | None) -> None:
    left = charge["amount"] - charge["amount_refunded"]
    if not charge["paid"]:
        raise errors.invalid("You cannot refund a charge that did not succeed.", "charge")
    if charge["disputed"] and charge.get("_charged_back"):
        raise errors.invalid(
            f"Charge {charge['id']} has been charged back; cannot issue a refund.",
            code="charge_disputed",
        )
    if not left:
        raise errors.invalid(
            f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded"
        )
    if amount is not None and amount <= 0:
        raise errors.invalid("Invalid positive integer", "amount", "parameter_invalid_integer")
    if amount is not None and amount > left:
        currency = charge["currency"]
        raise errors.invalid(
            f"Refund amount ({pricing.money(amount, currency)}) is greater than unrefunded amount"
            f" on charge ({pricing.money(left, currency)})",
            "amount",
        )
