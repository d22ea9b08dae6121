"""How a subscription stands after its invoices are paid or fail."""

from typing import assert_never

from sandbox.engine import calendar, cancelling, due, dunning
from sandbox.store import Body
from sandbox.world import World

_UNPAID = {"incomplete", "past_due", "unpaid"}


def subscription_of(world: World, invoice: Body) -> Body | None:
    """The subscription an invoice belongs to, if any."""
    details = (invoice["parent"] or {}).get("subscription_details")
    return world.store.get(details["subscription"]) if details else None


def method_for(world: World, invoice: Body) -> Body | None:
    """The card on file: the subscription's own first, then the customer's."""
    if invoice["default_payment_method"]:
        return world.store.get(invoice["default_payment_method"])
    subscription = subscription_of(world, invoice)
    if subscription and subscription["default_payment_method"]:
        return world.store.get(subscription["default_payment_method"])
    return customers_method(world, invoice["customer"])


def customers_method(world: World, customer_id: str) -> Body | None:
    """The customer's default card."""
    customer = world.need("customer", customer_id)
    chosen = customer["invoice_settings"]["default_payment_method"]
    return world.store.get(chosen) if chosen else None


def after_paid(world: World, invoice: Body) -> None:
    """A paid invoice makes its subscription good again, if it is the latest."""
    subscription = subscription_of(world, invoice)
    if subscription is None or subscription["status"] in {"canceled", "incomplete_expired"}:
        return
    if subscription.get("_pending_invoice") == invoice["id"]:
        _apply_pending(world, subscription)
        return
    if subscription.get("_resuming") == invoice["id"]:
        resumed(world, subscription)
        return
    latest = invoice["id"] == subscription["latest_invoice"]
    if subscription["status"] in _UNPAID and latest:
        was_incomplete = subscription["status"] == "incomplete"
        subscription["status"] = "active"
        if was_incomplete:
            due.never(world, subscription["id"], "expire_incomplete")
            calendar.plan(world, subscription)
        world.save(subscription, "customer.subscription.updated")
    _flag_customer(world, subscription["customer"], delinquent=False)


def resumed(world: World, subscription: Body) -> None:
    """A pause is over: it bills again from now on."""
    subscription.pop("_resuming", None)
    due.never(world, subscription["id"], "resume_lapses")
    subscription |= {"status": "active", "status_details": None}
    calendar.plan(world, subscription)
    world.save(subscription, "customer.subscription.updated")
    world.emit("customer.subscription.resumed", subscription)


def after_failure(world: World, invoice: Body) -> None:
    """A failed renewal makes the subscription past due; the last failure decides its end."""
    subscription = subscription_of(world, invoice)
    if subscription is None:
        return
    if subscription["status"] in {"active", "trialing"}:
        subscription["status"] = "past_due"
        world.save(subscription, "customer.subscription.updated")
    if subscription["status"] == "incomplete":
        return
    _flag_customer(world, subscription["customer"], delinquent=True)
    if invoice["next_payment_attempt"] is None:
        _end_dunning(world, subscription)


def _end_dunning(world: World, subscription: Body) -> None:
    match dunning.final(world.store):
        case "cancel":
            cancelling.now(world, subscription, "payment_failed")
        case "unpaid":
            subscription["status"] = "unpaid"
            world.save(subscription, "customer.subscription.updated")
        case "past_due":
            pass
        case other:
            assert_never(other)


def _flag_customer(world: World, customer_id: str, *, delinquent: bool) -> None:
    customer = world.need("customer", customer_id)
    customer["delinquent"] = delinquent
    world.save(customer, "customer.updated")


def _apply_pending(world: World, subscription: Body) -> None:
    subscription["items"]["data"] = subscription.pop("_pending_items")
    subscription |= subscription.pop("_pending_fields")
    subscription.pop("_pending_invoice")
    subscription["pending_update"] = None
    due.never(world, subscription["id"], "expire_pending_update")
    calendar.plan(world, subscription)
    world.save(subscription, "customer.subscription.updated")
    world.emit("customer.subscription.pending_update_applied", subscription)
