"""Taking money for a payment intent from a card, as the card table and the switches have it."""

from dataclasses import dataclass

from sandbox import cards
from sandbox.cards import Card, Refusal
from sandbox.engine import due, wallet
from sandbox.objects import payment
from sandbox.store import Body
from sandbox.world import World

SWITCHES = {"fail_next_payment": cards.SWITCHED, "fail_next_charge": cards.SWITCHED_ONCE}


@dataclass(frozen=True)
class Outcome:
    """What became of an attempt: paid, refused, or the bank wants to see the customer."""

    refusal: Refusal | None = None
    needs_bank: bool = False

    @property
    def is_paid(self) -> bool:
        """Whether the money is there."""
        return self.refusal is None and not self.needs_bank


def card_of(method: Body) -> Card:
    """The row of the card table behind a stored payment method."""
    card = cards.by_number(method["_card"])
    if card is None:
        raise LookupError(f"{method['id']} was made from a card the sandbox does not have")
    return card


def refuse_from_now_on(world: World, customer: str) -> int:
    """Every card this customer has is declined until they use another; how many there were."""
    methods = world.store.select("payment_method", {"customer": customer})
    for method in methods:
        world.save(method | {"_refused": True})
    return len(methods)


def verdict(world: World, method: Body, *, confirmed: bool) -> Outcome:
    """What the bank would say now; `confirmed` means the customer just proved who they are."""
    card = card_of(method)
    if method.get("_refused"):
        return Outcome(cards.SWITCHED)
    if wallet.is_expired(method["card"], world.now()):
        return Outcome(cards.EXPIRED)
    trusted = confirmed or (card.secure != "always" and method["_trusted"])
    if not trusted:
        return Outcome(needs_bank=True)
    for name, refusal in SWITCHES.items():
        if world.faults.takes(name):
            return Outcome(refusal)
    return Outcome(card.charge)


def attempt(world: World, intent: Body, method: Body | None, *, confirmed: bool = False) -> Outcome:
    """Try to collect the intent, leaving the charge and the events a real attempt leaves."""
    if method is None:
        return Outcome(cards.NO_CARD)
    if intent.get("_refuses") == method["id"]:
        outcome = Outcome(cards.SWITCHED)
    else:
        outcome = verdict(world, method, confirmed=confirmed)
    if outcome.refusal is cards.SWITCHED:
        intent["_refuses"] = method["id"]
    intent |= {"payment_method": method["id"], "next_action": None}
    if outcome.needs_bank:
        intent |= {
            "status": "requires_action",
            "next_action": {"type": "use_stripe_sdk", "use_stripe_sdk": {}},
            "last_payment_error": None,
        }
        world.save(intent)
        world.emit("payment_intent.requires_action", intent)
        return outcome
    if confirmed and not method["_trusted"]:
        world.save(method | {"_trusted": True})
    charge = payment.charge(
        intent, method, outcome.refusal, now=world.now(), receipt=f"{world.settings.url}/receipts"
    )
    intent["latest_charge"] = charge["id"]
    if outcome.refusal:
        world.add(charge, "charge.failed")
        intent |= {
            "status": "requires_payment_method",
            "last_payment_error": error_of(outcome.refusal, charge["id"]),
        }
        world.save(intent)
        world.emit("payment_intent.payment_failed", intent)
    else:
        world.add(charge, "charge.succeeded")
        if card_of(method).disputes:
            due.at(world, charge["id"], "dispute", world.now())
        intent |= {
            "status": "succeeded",
            "amount_received": intent["amount"],
            "last_payment_error": None,
        }
        world.save(intent)
        world.emit("payment_intent.succeeded", intent)
    return outcome


def unauthenticated(world: World, intent: Body, refusal: Refusal) -> None:
    """The bank was not convinced; nothing was charged, and another try may be made."""
    intent |= {
        "status": "requires_payment_method",
        "next_action": None,
        "last_payment_error": {**error_of(refusal), "type": "invalid_request_error"},
    }
    world.save(intent)
    world.emit("payment_intent.payment_failed", intent)


def error_of(refusal: Refusal, charge_id: str | None = None) -> Body:
    """The refusal as `last_payment_error` shows it."""
    said = {
        "charge": charge_id,
        "code": refusal.code,
        "decline_code": refusal.decline_code,
        "message": refusal.message,
        "type": "card_error",
    }
    return {key: value for key, value in said.items() if value is not None}
