"""What happens behind a Checkout page: a card is tried, and everything follows or nothing does."""

from dataclasses import dataclass
from typing import TypeAlias

from sandbox import cards, errors
from sandbox.cards import Card, Refusal
from sandbox.engine import (
    basket,
    collecting,
    due,
    payments,
    redeeming,
    saving,
    subscribing,
    tax_ids,
    wallet,
)
from sandbox.objects import checkout, payment, setup_intent
from sandbox.objects import customer as customers
from sandbox.store import Body
from sandbox.world import World


@dataclass(frozen=True)
class Done:
    """The session is complete; the customer goes on to this address."""

    session: Body


@dataclass(frozen=True)
class Declined:
    """The card said no; nothing was charged and the session stays open."""

    refusal: Refusal


@dataclass(frozen=True)
class AskBank:
    """The bank wants to see the customer before it answers."""

    card: Card


Attempt: TypeAlias = Done | Declined | AskBank


class PaymentRefused(Exception):
    """Raised inside the transaction so that a declined attempt leaves nothing behind."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.message)
        self.refusal = refusal


def pay(world: World, session: Body, card: Card | None, *, confirmed: bool = False) -> Attempt:
    """Try to complete the session with a card, or without one where it may do so.

    A session pays once: completing a complete session answers with what it already is.
    """
    if session["status"] == "complete":
        return Done(session)
    if session["status"] != "open":
        raise errors.invalid("This Checkout Session has expired. Start again from the shop.")
    if card is None and not may_skip_card(session):
        raise errors.invalid("This Checkout Session needs a card.", "card")
    if card and card.secure != "never" and not confirmed:
        return AskBank(card)
    try:
        with world.store.undoable(), world.in_time_of(session["customer"]):
            return Done(_complete(world, session, card))
    except PaymentRefused as refused:
        for name, refusal in payments.SWITCHES.items():
            if refused.refusal is refusal:
                world.faults.takes(name)  # its use was undone with the rest
        return Declined(refused.refusal)


def may_skip_card(session: Body) -> bool:
    """Whether nothing is due today and the shop said a card is not needed then."""
    return session["payment_method_collection"] == "if_required" and not session["amount_total"]


def expire(world: World, session: Body) -> Body:
    """Nobody can pay on it any more."""
    if session["status"] != "open":
        raise errors.invalid(
            f"Only Checkout Sessions with a status in ['open'] can be expired. This Checkout"
            f" Session has a status of {session['status']}."
        )
    due.never(world, session["id"])
    session |= {"status": "expired", "url": None}
    world.save(session)
    world.emit("checkout.session.expired", session)
    return session


def find_card(number: str) -> Card:
    """The card with this number, or why the sandbox will not take it."""
    card = cards.by_number(number)
    if card is None:
        raise errors.invalid(
            "The sandbox only takes the test cards on the page, never other numbers."
            " Nothing was sent anywhere. Use 4242 4242 4242 4242 for a card that works.",
            "card",
            "incorrect_number",
        )
    return card


def _complete(world: World, session: Body, card: Card | None) -> Body:
    guest = session["mode"] == "setup" and session["customer_creation"] != "always"
    customer = None if guest and not session["customer"] else _customer(world, session)
    if customer:
        collecting.give(world, session, customer, is_new=not session["customer"])
        _tax(world, session, customer["id"])
    method = _attach(world, session, customer, card) if card else None
    if customer is None:
        _save_card(world, session, method)
    elif session["mode"] == "subscription":
        _subscribe(world, session, customer, method)
    elif session["mode"] == "payment":
        _pay_once(world, session, customer, method)
    else:
        session["customer"] = customer["id"]
        _save_card(world, session, method)
    if customer:
        customer = world.need("customer", customer["id"])
        session["customer"] = customer["id"]
        shown = tax_ids.on_invoices(world, customer["id"])
        session["customer_details"] = checkout.customer_details(customer, shown)
    session |= {"status": "complete", "url": None}
    due.never(world, session["id"])
    world.save(session)
    world.emit("checkout.session.completed", session)
    return session


def _tax(world: World, session: Body, customer_id: str) -> None:
    """By where the customer just said they are."""
    customer = world.need("customer", customer_id)
    shown = tax_ids.on_invoices(world, customer_id)
    session["customer_details"] = checkout.customer_details(customer, shown)
    basket.tax(world, session, customer)


def _customer(world: World, session: Body) -> Body:
    if session["customer"]:
        return world.need("customer", session["customer"], "customer")
    email = session["customer_email"] or "guest@example.com"
    body = customers.new({"email": email}, now=world.now())
    return world.add(body, "customer.created")


def _attach(world: World, session: Body, customer: Body | None, card: Card) -> Body:
    if card.attach:
        raise PaymentRefused(card.attach)
    known = customer or {"email": session["customer_email"]}
    billing = {name: known.get(name) for name in ("email", "name", "phone")}
    address = known.get("address") or payment.ADDRESS
    method = payment.method(card, now=world.now(), billing={**billing, "address": address})
    method["_trusted"] = True
    return wallet.attach(world, method, customer["id"]) if customer else world.add(method)


def _subscribe(world: World, session: Body, customer: Body, method: Body | None) -> None:
    wanted = [
        (world.need("price", line["price"]), line["quantity"]) for line in session["_line_items"]
    ]
    params = dict(session["_subscription_data"])
    params["default_payment_method"] = method and method["id"]
    params["discounts"] = basket.asked_of(session)
    params["automatic_tax"] = {"enabled": session["automatic_tax"]["enabled"]}
    begun = subscribing.begin(world, customer, wanted, params, confirmed=True)
    if begun.outcome.refusal:
        raise PaymentRefused(begun.outcome.refusal)
    subscription = begun.subscription
    invoice = world.need("invoice", subscription["latest_invoice"])
    session |= {
        "invoice": invoice["id"],
        "payment_status": "paid" if invoice["amount_due"] else "no_payment_required",
        "subscription": subscription["id"],
    }


def _pay_once(world: World, session: Body, customer: Body, method: Body | None) -> None:
    now, currency = world.now(), session["currency"]
    for each in redeeming.all_of(
        world, basket.asked_of(session), basket.purchase_of(world, session)
    ):
        redeeming.count(world, each)
        world.add(each)
    intent = payment.intent(None, customer["id"], session["amount_total"], currency, now)
    world.add(intent, "payment_intent.created")
    outcome = payments.attempt(world, intent, method, confirmed=True)
    if outcome.refusal:
        raise PaymentRefused(outcome.refusal)
    session |= {"payment_intent": intent["id"], "payment_status": "paid"}


def _save_card(world: World, session: Body, method: Body | None) -> None:
    if method is None:
        raise errors.invalid("This Checkout Session saves a card, so it needs one.", "card")
    params = {**session["_setup_intent_data"], "customer": session["customer"]}
    intent = world.add(setup_intent.new(params, now=world.now()), "setup_intent.created")
    saving.succeed(world, intent, method)
    session["setup_intent"] = intent["id"]
