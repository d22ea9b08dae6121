"""The turn of a period: a trial ends, a renewal is billed, a pause begins or is lifted."""

from sandbox.engine import (
    calendar,
    cancelling,
    discounting,
    invoice_items,
    invoicing,
    metering,
    pausing,
    pricing,
    standing,
)
from sandbox.objects import invoice as invoices
from sandbox.store import Body
from sandbox.world import World


def roll(world: World, subscription: Body, *, at_once: bool = False) -> None:
    """The period is over: end, pause, or begin the next one and draft its invoice.

    A renewal's invoice waits an hour before it is charged, unless somebody asked for it
    to happen at once.
    """
    if subscription["cancel_at"] and subscription["cancel_at"] <= world.now():
        end(world, subscription)
        return
    was_trial = subscription["status"] == "trialing"
    if was_trial and not _method(world, subscription):
        match subscription["trial_settings"]["end_behavior"]["missing_payment_method"]:
            case "cancel":
                cancelling.now(world, subscription, "cancellation_requested")
                return
            case "pause":
                pausing.stop(world, subscription, "trial_end_without_payment_method")
                return
            case _:
                pass  # create_invoice: bill as usual, and let the charge fail for want of a card
    if was_trial:
        subscription |= {"status": "active", "billing_cycle_anchor": world.now()}
    usage = [] if was_trial else metering.lines(world, subscription)
    _next_period(world, subscription)
    lines = subscription.pop("_pending_lines", []) + usage + pricing.lines(world, subscription)
    invoice = invoicing.draft(world, subscription, lines, "subscription_cycle")
    world.save(subscription, "customer.subscription.updated")
    calendar.plan(world, subscription)
    draft = (subscription["pause_collection"] or {}).get("behavior") == "keep_as_draft"
    if subscription["status"] == "unpaid" or draft:
        invoice["auto_advance"] = False
        world.save(invoice)
    elif at_once:
        charge(world, invoice)
    else:
        invoicing.finalize_in_an_hour(world, invoice)


def charge(world: World, invoice: Body) -> None:
    """Make a draft payable and, unless the customer pays by transfer, collect it."""
    subscription = standing.subscription_of(world, invoice) or {}
    behavior = (subscription.get("pause_collection") or {}).get("behavior")
    invoicing.finalize(world, invoice)
    if invoice["status"] == "open" and behavior == "void":
        invoicing.void(world, invoice)
    elif invoice["status"] == "open" and behavior == "mark_uncollectible":
        invoicing.write_off(world, invoice)
    elif invoice["status"] == "open" and invoice["collection_method"] == "send_invoice":
        world.emit("invoice.sent", invoice)
    elif invoice["status"] == "open":
        invoicing.collect(world, invoice)


def end_trial_now(world: World, subscription: Body) -> Body:
    """The trial ends this instant, and the first period is charged without the hour's wait."""
    now = world.now()
    subscription["trial_end"] = now
    for item in subscription["items"]["data"]:
        item["current_period_end"] = now
    roll(world, subscription, at_once=True)
    return world.need("subscription", subscription["id"])


def end(world: World, subscription: Body) -> None:
    """The scheduled end has come; what was used until then is still billed."""
    if usage := [line for line in metering.lines(world, subscription) if line["amount"]]:
        invoice = invoicing.draft(world, subscription, usage, "subscription_cycle")
        world.save(subscription)
        charge(world, invoice)
        subscription = world.need("subscription", subscription["id"])
    cancelling.now(world, subscription, "cancellation_requested")


def remind_of_trial_end(world: World, subscription: Body) -> None:
    """Three days before a trial ends, or at once when it is shorter."""
    subscription["_reminded_of_trial_end"] = subscription["trial_end"]
    world.save(subscription)
    world.emit("customer.subscription.trial_will_end", subscription)


def remind_of_renewal(world: World, subscription: Body) -> None:
    """A week before a renewal; Stripe sends this invoice without an id."""
    invoice = upcoming(world, subscription)
    del invoice["id"]
    world.emit("invoice.upcoming", invoice)


def upcoming(world: World, subscription: Body) -> Body:
    """The invoice the next period will bring, as far as is known now."""
    customer = world.need("customer", subscription["customer"])
    ahead = {**subscription, "items": {"data": [dict(i) for i in subscription["items"]["data"]]}}
    usage = metering.lines(world, ahead)
    waiting = invoice_items.pending(
        world, customer["id"], subscription["currency"], subscription["id"]
    )
    _next_period(world, ahead)
    lines = ahead.get("_pending_lines", []) + usage + pricing.lines(world, ahead)
    invoice = invoices.new(customer, ahead, lines, "upcoming", world.now())
    invoice_items.imagine_on(invoice, waiting)
    at = calendar.period_end(subscription)
    lasting = [d for d in discounting.of(world, subscription) if not d["end"] or d["end"] > at]
    discounting.apply(world, invoice, lasting)
    return invoice


def _next_period(world: World, subscription: Body) -> None:
    anchor = subscription["billing_cycle_anchor"]
    for item in subscription["items"]["data"]:
        start = item["current_period_end"]
        item["current_period_start"] = start
        price = pricing.price_of(world, item)
        item["current_period_end"] = pricing.end_of_period(price, anchor, start)


def _method(world: World, subscription: Body) -> str | None:
    if subscription["default_payment_method"]:
        return subscription["default_payment_method"]
    found = standing.customers_method(world, subscription["customer"])
    return found["id"] if found else None
