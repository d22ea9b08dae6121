"""The life of an invoice: drafted, finalised, collected, paid or voided."""

from sandbox import errors
from sandbox.clock import DAY, HOUR
from sandbox.engine import (
    balance,
    discounting,
    due,
    dunning,
    invoice_items,
    payments,
    standing,
    tax_ids,
    taxes,
)
from sandbox.engine.payments import Outcome
from sandbox.objects import invoice as invoices
from sandbox.objects import payment
from sandbox.store import Body
from sandbox.world import World


def draft(world: World, subscription: Body, lines: list[Body], reason: str) -> Body:
    """A draft for the subscription, which remembers it as its latest invoice."""
    customer = world.need("customer", subscription["customer"])
    invoice = invoices.new(customer, subscription, lines, reason, world.now())
    _address_to(world, invoice, customer)
    waiting = invoice_items.pending(world, customer["id"], invoice["currency"], subscription["id"])
    invoice_items.put_on(world, invoice, waiting)
    discounting.bill(world, subscription, invoice)
    subscription["latest_invoice"] = invoice["id"]
    return world.add(invoice, "invoice.created")


def finalize_in_an_hour(world: World, invoice: Body) -> None:
    """Renewals stay drafts for an hour, so that usage and seats can still be corrected."""
    invoice["automatically_finalizes_at"] = world.now() + HOUR
    world.save(invoice)
    due.at(world, invoice["id"], "finalize", world.now() + HOUR)


def finalize(world: World, invoice: Body) -> Body:
    """Number it, use the customer's balance, and make it payable; nothing due means paid."""
    if invoice["status"] != "draft":
        raise errors.invalid("This invoice is already finalized.", code="invoice_not_editable")
    due.never(world, invoice["id"], "finalize")
    customer = world.need("customer", invoice["customer"])
    _address_to(world, invoice, customer)
    if taxes.fails(world, invoice, customer):
        return invoice
    if invoice["automatic_tax"]["enabled"]:  # by the address as it is now
        taxes.work_out(world, invoice)
        invoices.total_up(invoice)
    number = f"{customer['invoice_prefix']}-{customer['next_invoice_sequence']:04d}"
    customer["next_invoice_sequence"] += 1
    world.save(customer)
    starting = customer["balance"]
    owed = balance.use_on(world, customer, invoice)
    now = world.now()
    invoice |= {
        "amount_due": owed,
        "amount_remaining": owed,
        "automatically_finalizes_at": None,
        "effective_at": now,
        "ending_balance": customer["balance"],
        "hosted_invoice_url": f"{world.settings.url}/i/{invoice['id']}",
        "invoice_pdf": f"{world.settings.url}/i/{invoice['id']}/pdf",
        "number": number,
        "starting_balance": starting,
        "status": "open",
    }
    invoice["status_transitions"]["finalized_at"] = now
    if invoice["collection_method"] == "send_invoice":
        days = _days_until_due(world, invoice)
        invoice["due_date"] = invoice["due_date"] or now + days * DAY
        due.at(world, invoice["id"], "overdue", invoice["due_date"])
    if invoice["amount_due"]:
        _open_payment(world, invoice)
    world.save(invoice)
    world.emit("invoice.finalized", invoice)
    return settle(world, invoice) if not invoice["amount_due"] else invoice


def collect(
    world: World,
    invoice: Body,
    method: Body | None = None,
    *,
    confirmed: bool = False,
    reacts: bool = True,
) -> Outcome:
    """One attempt to be paid, by this card or the one on file.

    With `reacts` off the subscription is left as it is when the attempt fails: the caller
    decides (a change that must be paid before it counts).
    """
    if not invoice["amount_due"]:
        settle(world, invoice)
        return Outcome()
    method = method or standing.method_for(world, invoice)
    intent = world.need("payment_intent", invoice["_intent"])
    outcome = payments.attempt(world, intent, method, confirmed=confirmed)
    invoice |= {"attempt_count": invoice["attempt_count"] + 1, "attempted": True}
    if outcome.is_paid:
        settle(world, invoice)
        return outcome
    if reacts:
        _plan_next_attempt(world, invoice)
    world.save(invoice, "invoice.updated")
    if outcome.needs_bank:
        world.emit("invoice.payment_action_required", invoice)
    world.emit("invoice.payment_failed", invoice)
    if reacts:
        standing.after_failure(world, invoice)
    return outcome


def settle(world: World, invoice: Body) -> Body:
    """Mark it paid, in full, and let the subscription know."""
    due.never(world, invoice["id"])
    invoice |= {
        "amount_paid": invoice["amount_due"],
        "amount_remaining": 0,
        "attempted": True,
        "auto_advance": False,
        "next_payment_attempt": None,
        "status": "paid",
    }
    invoice["status_transitions"]["paid_at"] = world.now()
    for link in world.store.select("invoice_payment", {"invoice": invoice["id"]}):
        link |= {"amount_paid": invoice["amount_due"], "status": "paid"}
        link["status_transitions"]["paid_at"] = world.now()
        world.save(link)
        world.emit("invoice_payment.paid", link)
    world.save(invoice, "invoice.updated")
    world.emit("invoice.paid", invoice)
    world.emit("invoice.payment_succeeded", invoice)
    standing.after_paid(world, invoice)
    return invoice


def void(world: World, invoice: Body) -> Body:
    """Nobody owes this any more."""
    if invoice["status"] not in {"open", "uncollectible"}:
        raise errors.invalid(f"You can only void an open invoice; this one is {invoice['status']}.")
    return _close(world, invoice, "void", "voided_at", "invoice.voided")


def write_off(world: World, invoice: Body) -> Body:
    """We no longer expect this to be paid."""
    if invoice["status"] != "open":
        raise errors.invalid(f"Only an open invoice can be written off, not {invoice['status']}.")
    _close(
        world, invoice, "uncollectible", "marked_uncollectible_at", "invoice.marked_uncollectible"
    )
    subscription = standing.subscription_of(world, invoice)
    if subscription and subscription.get("_resuming") == invoice["id"]:
        standing.resumed(world, subscription)
    return invoice


def overdue(world: World, invoice: Body) -> None:
    """The day it had to be paid by has come, and it was not."""
    if invoice["status"] != "open":
        return
    world.emit("invoice.overdue", invoice)
    subscription = standing.subscription_of(world, invoice)
    if subscription and subscription["status"] in {"active", "trialing"}:
        subscription["status"] = "past_due"
        world.save(subscription, "customer.subscription.updated")


def chase(world: World, invoice: Body) -> None:
    """A failed attempt that its caller held back now counts as any other."""
    _plan_next_attempt(world, invoice)
    world.save(invoice, "invoice.updated")
    standing.after_failure(world, invoice)


def retry(world: World, invoice: Body) -> None:
    """The next automatic attempt; a lost or stolen card is not charged again, only counted."""
    intent = world.need("payment_intent", invoice["_intent"])
    method = standing.method_for(world, invoice)
    error = intent["last_payment_error"] or {}
    same = method is not None and method["id"] == intent["payment_method"]
    if same and error.get("decline_code") in {"lost_card", "stolen_card"}:
        invoice["attempt_count"] += 1
        _plan_next_attempt(world, invoice)
        world.save(invoice, "invoice.updated")
        standing.after_failure(world, invoice)
        return
    collect(world, invoice)


def _plan_next_attempt(world: World, invoice: Body) -> None:
    if invoice["billing_reason"] == "subscription_create":
        return
    due.never(world, invoice["id"], "retry")
    when = dunning.next_attempt(invoice["attempt_count"], now=world.now())
    invoice["next_payment_attempt"] = when
    if when is None:
        invoice["auto_advance"] = False
    else:
        due.at(world, invoice["id"], "retry", when)


def _address_to(world: World, invoice: Body, customer: Body) -> None:
    """Until it is finalised an invoice shows the customer as they are now."""
    for name in ("address", "email", "name", "phone", "shipping", "tax_exempt"):
        invoice[f"customer_{name}"] = customer[name]
    invoice["customer_tax_ids"] = tax_ids.on_invoices(world, customer["id"])


def _open_payment(world: World, invoice: Body) -> None:
    intent = payment.intent(
        invoice, invoice["customer"], invoice["amount_due"], invoice["currency"], world.now()
    )
    world.add(intent, "payment_intent.created")
    world.add(payment.of_invoice(invoice, intent["id"], now=world.now()))
    invoice["_intent"] = intent["id"]


def _close(world: World, invoice: Body, status: str, stamp: str, event: str) -> Body:
    due.never(world, invoice["id"])
    invoice |= {"status": status, "auto_advance": False, "next_payment_attempt": None}
    invoice["status_transitions"][stamp] = world.now()
    if status == "void":
        invoice["amount_remaining"] = 0
        balance.give_back(world, invoice)
        for link in world.store.select("invoice_payment", {"invoice": invoice["id"]}):
            link["status"] = "canceled"
            link["status_transitions"]["canceled_at"] = world.now()
            world.save(link)
    world.save(invoice, "invoice.updated")
    world.emit(event, invoice)
    return invoice


def _days_until_due(world: World, invoice: Body) -> int:
    subscription = standing.subscription_of(world, invoice)
    given = (subscription or invoice).get("days_until_due", invoice.get("_days_until_due"))
    return 30 if given is None else given
