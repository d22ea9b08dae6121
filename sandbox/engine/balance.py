"""A customer's balance: credit (below nought) that pays invoices, or debt added to the next one."""

from sandbox.objects import money_back
from sandbox.store import Body
from sandbox.world import World


def post(
    world: World,
    customer: Body,
    amount: int,
    kind: str,
    *,
    description: str | None = None,
    **links: str | None,
) -> Body:
    """Write an entry and change the balance with it."""
    currency = links.pop("currency", None) or customer["currency"] or "usd"
    entry = money_back.balance_entry(
        customer, amount, kind, now=world.now(), currency=currency, description=description
    )
    entry |= links
    customer["balance"] += amount
    world.save(customer, "customer.updated")
    return world.add(entry)


def use_on(world: World, customer: Body, invoice: Body) -> int:
    """What the invoice still costs after credit was used or debt added; below nought is kept."""
    owed = invoice["total"] + customer["balance"]
    change = min(owed, 0) - customer["balance"]
    if change:
        post(world, customer, change, "applied_to_invoice", invoice=invoice["id"])
    return max(owed, 0)


def give_back(world: World, invoice: Body) -> None:
    """A voided invoice returns the credit it had used."""
    change = (invoice["starting_balance"] or 0) - (invoice["ending_balance"] or 0)
    if invoice["ending_balance"] is not None and change:
        customer = world.need("customer", invoice["customer"])
        post(world, customer, change, "unapplied_from_invoice", invoice=invoice["id"])
