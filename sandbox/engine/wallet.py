"""A customer's cards: found, attached, detached, expiring and renewed by their bank."""

from datetime import UTC, datetime

from sandbox import cards, errors
from sandbox.objects import payment
from sandbox.store import Body
from sandbox.world import World


def find(world: World, method_id: str) -> Body:
    """A stored card, or a fresh one of the kind a test token stands for."""
    stored = world.store.get(method_id)
    if stored and stored["object"] == "payment_method":
        return stored
    card = cards.by_alias(method_id)
    if card is None:
        raise errors.missing("PaymentMethod", method_id, "payment_method")
    return payment.method(card, now=world.now())


def attach(world: World, method: Body, customer_id: str, *, param: str = "customer") -> Body:
    """Give the card to the customer; cards that are declined at once are refused here."""
    customer = world.need("customer", customer_id, param)
    if customer.get("deleted"):
        raise errors.missing("customer", customer_id, param)
    if method["customer"] not in {None, customer_id}:
        raise errors.invalid(
            "The payment method you provided has already been attached to a customer."
        )
    if method.get("_detached"):
        raise errors.invalid(
            "This PaymentMethod was previously used without being attached to a Customer or was"
            " detached from a Customer, and may not be used again."
        )
    card = cards.by_number(method["_card"])
    if card and card.attach:
        raise errors.declined(card.attach.code, card.attach.decline_code, card.attach.message)
    method["customer"] = customer_id
    world.store.put(method)
    world.emit("payment_method.attached", method)
    return method


def detach(world: World, method: Body) -> Body:
    """Take the card away from its customer, who no longer has it as a default."""
    if method["customer"] is None:
        raise errors.invalid("The payment method you provided is not attached to a customer.")
    customer = world.need("customer", method["customer"])
    settings = customer["invoice_settings"]
    if settings["default_payment_method"] == method["id"]:
        settings["default_payment_method"] = None
        world.save(customer, "customer.updated")
    held = {"default_payment_method": method["id"]}
    for subscription in world.store.select("subscription", held):
        subscription["default_payment_method"] = None
        world.save(subscription, "customer.subscription.updated")
    before = method["customer"]
    method |= {"customer": None, "_detached": True}
    world.save(method)
    world.emit("payment_method.detached", method, {"customer": before})
    return method


def make_default(world: World, customer_id: str, method_id: str) -> None:
    """Invoices are charged to this card unless a subscription has one of its own."""
    customer = world.need("customer", customer_id)
    customer["invoice_settings"]["default_payment_method"] = method_id
    world.save(customer, "customer.updated")


def of(world: World, customer_id: str) -> list[Body]:
    """The customer's cards, newest first."""
    return world.store.select("payment_method", {"customer": customer_id})


def is_expired(card: Body, now: int) -> bool:
    """Whether the last day of the month on the card has passed."""
    today = datetime.fromtimestamp(now, UTC)
    return (card["exp_year"], card["exp_month"]) < (today.year, today.month)


def expire_in(world: World, customer_id: str, months: int) -> list[Body]:
    """Let every card of the customer run out so many months from now; -1 is last month."""
    today = datetime.fromtimestamp(world.now(), UTC)
    year, month = divmod(today.year * 12 + today.month - 1 + months, 12)
    changed = of(world, customer_id)
    for method in changed:
        method["card"] |= {"exp_month": month + 1, "exp_year": year}
        world.save(method, "payment_method.updated")
    return changed


def renew(world: World, customer_id: str) -> list[Body]:
    """The bank sends new cards, and the card networks tell Stripe their dates."""
    today = datetime.fromtimestamp(world.now(), UTC)
    changed = of(world, customer_id)
    for method in changed:
        method["card"] |= {"exp_month": 12, "exp_year": today.year + 4}
        world.save(method, "payment_method.automatically_updated")
    return changed
