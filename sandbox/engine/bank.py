"""What a bank answers when it was asked whether the customer is who they say they are."""

from sandbox import cards, errors
from sandbox.engine import invoicing, payments, saving
from sandbox.store import Body
from sandbox.world import World


def settle(world: World, intent: Body, *, is_customer: bool) -> Body:
    """Carry on with what was waiting for the bank."""
    if intent["object"] == "setup_intent":
        return saving.answer(world, intent, is_customer=is_customer)
    links = world.store.select("invoice_payment", {"payment.payment_intent": intent["id"]})
    method = world.need("payment_method", intent["payment_method"])
    if is_customer and links:
        invoice = world.need("invoice", links[0]["invoice"])
        invoicing.collect(world, invoice, method, confirmed=True)
    elif is_customer:
        payments.attempt(world, intent, method, confirmed=True)
    else:
        payments.unauthenticated(world, intent, cards.UNAUTHENTICATED)
    return world.need(intent["object"], intent["id"])


def waiting(world: World, intent_id: str) -> Body:
    """The intent, if it waits for the bank."""
    found = world.store.get(intent_id)
    if found is None or found.get("status") != "requires_action":
        raise errors.missing("payment that waits for the bank", intent_id)
    return found
