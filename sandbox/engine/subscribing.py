"""Beginning a subscription: its first period or trial, its first invoice, its first payment."""

from dataclasses import dataclass

from sandbox import errors
from sandbox.clock import DAY, HOUR
from sandbox.engine import (
    calendar,
    cancelling,
    due,
    invoicing,
    pricing,
    redeeming,
    standing,
    taxes,
    test_clocks,
)
from sandbox.engine.payments import Outcome
from sandbox.objects import subscription as subscriptions
from sandbox.store import Body
from sandbox.world import World

PAY_WITHIN = 23 * HOUR


@dataclass(frozen=True)
class Begun:
    """The subscription, and what became of its first payment."""

    subscription: Body
    outcome: Outcome


def begin(
    world: World,
    customer: Body,
    wanted: list[tuple[Body, int | None]],
    params: Body,
    *,
    confirmed: bool = False,
) -> Begun:
    """Create the subscription and, unless there is a trial or nothing is asked, charge for it.

    `payment_behavior` is Stripe's: `default_incomplete` does not try to charge,
    `error_if_incomplete` undoes everything when the charge fails.
    """
    now, currency = world.now(), wanted[0][0]["currency"]
    lock_currency(world, customer, currency)
    test_clocks.refuse_more_subscriptions(world, customer)
    if (params.get("automatic_tax") or {}).get("enabled"):
        taxes.require_place(customer)
    subscription = subscriptions.new(customer["id"], currency, params, now=now)
    trial_end = _trial_end(params, now)
    if trial_end:
        subscription |= {"status": "trialing", "trial_start": now, "trial_end": trial_end}
        subscription["billing_cycle_anchor"] = trial_end
    for price, quantity in wanted:
        end = trial_end or pricing.end_of_period(price, now, now)
        subscription["items"]["data"].append(
            subscriptions.item(subscription["id"], price, quantity, (now, end), now)
        )
    subscription["items"]["url"] = f"/v1/subscription_items?subscription={subscription['id']}"
    if params.get("discounts"):
        redeeming.put_on(world, subscription, params["discounts"])
    world.add(subscription, "customer.subscription.created")
    lines = pricing.lines(world, subscription, free=bool(trial_end))
    invoice = invoicing.draft(world, subscription, lines, "subscription_create")
    world.save(subscription)
    invoicing.finalize(world, invoice)
    outcome = _first_payment(world, subscription, invoice, params, confirmed=confirmed)
    subscription = world.need("subscription", subscription["id"])
    _schedule_end(world, subscription, params)
    if subscription["status"] == "incomplete":
        due.at(world, subscription["id"], "expire_incomplete", now + PAY_WITHIN)
    else:
        calendar.plan(world, subscription)
    return Begun(subscription, outcome)


def lock_currency(world: World, customer: Body, currency: str) -> None:
    """A customer pays in one currency for ever: the first one used."""
    if customer["currency"] and customer["currency"] != currency:
        raise errors.invalid(
            "You cannot combine currencies on a single customer. This customer has an active"
            f" subscription, or has had one, in {customer['currency']}.",
        )
    if not customer["currency"]:
        customer["currency"] = currency
        world.save(customer, "customer.updated")


def expire_incomplete(world: World, subscription: Body) -> None:
    """Nobody paid the first invoice in time: it never began."""
    invoice = world.need("invoice", subscription["latest_invoice"])
    subscription |= {"status": "incomplete_expired", "ended_at": world.now()}
    due.never(world, subscription["id"])
    world.save(subscription, "customer.subscription.updated")
    if invoice["status"] == "open":
        invoicing.void(world, invoice)


def _trial_end(params: Body, now: int) -> int | None:
    days, end = params.get("trial_period_days"), params.get("trial_end")
    if days and end:
        raise errors.invalid("You cannot set both `trial_end` and `trial_period_days`.")
    if days:
        return now + days * DAY
    if end is None or end == "now":
        return None
    if end <= now:
        raise errors.invalid("`trial_end` must be in the future.", "trial_end")
    return int(end)


def _first_payment(
    world: World, subscription: Body, invoice: Body, params: Body, *, confirmed: bool
) -> Outcome:
    behavior = params.get("payment_behavior") or "allow_incomplete"
    by_invoice = invoice["collection_method"] == "send_invoice"
    if by_invoice:
        subscription["status"] = "active"
        world.save(subscription, "customer.subscription.updated")
    if by_invoice and invoice["status"] == "open":
        world.emit("invoice.sent", invoice)
    if invoice["status"] == "paid" or by_invoice or behavior == "default_incomplete":
        return Outcome()
    if standing.method_for(world, invoice) is None:
        raise errors.invalid(
            "This customer has no attached payment source or default payment method."
            " Please consider adding a default payment method.",
            code="resource_missing",
        )
    outcome = invoicing.collect(world, invoice, confirmed=confirmed)
    if outcome.refusal and behavior == "error_if_incomplete":
        refusal = outcome.refusal
        raise errors.declined(refusal.code, refusal.decline_code, refusal.message, keeps=False)
    return outcome


def _schedule_end(world: World, subscription: Body, params: Body) -> None:
    if params.get("cancel_at_period_end"):
        cancelling.at_period_end(world, subscription)
    elif params.get("cancel_at"):
        cancelling.at(world, subscription, params["cancel_at"])
    world.save(subscription)
