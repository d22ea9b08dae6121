"""Credit notes: less to pay on an open invoice; credit, refund or neither for a paid one."""

from sandbox import errors
from sandbox.engine import balance, invoicing, pricing, refunding
from sandbox.objects import money_back
from sandbox.store import Body
from sandbox.world import World


def work_out(world: World, params: Body) -> Body:
    """The note as it would be; nothing is stored."""
    invoice = world.need("invoice", params["invoice"], "invoice")
    if invoice["status"] not in {"open", "paid"}:
        raise errors.invalid(
            f"You can only create a credit note for an open or paid invoice; this one is"
            f" {invoice['status']}.",
            "invoice",
        )
    lines = _lines(invoice, params)
    note = money_back.credit_note(invoice, params, lines, url=world.settings.url, now=world.now())
    if note["amount"] <= 0:
        raise errors.invalid("The amount of a credit note must be greater than 0.", "amount")
    creditable = _creditable(invoice)
    if note["amount"] > creditable:
        currency = invoice["currency"]
        raise errors.invalid(
            f"The amount of the credit note ({pricing.money(note['amount'], currency)}) exceeds"
            f" what can still be credited ({pricing.money(creditable, currency)}).",
            "amount",
        )
    place = 1 + len(world.store.select("credit_note", {"invoice": invoice["id"]}))
    note["number"] = f"{invoice['number']}-CN-{place:02d}"
    note["pre_payment_amount"] = min(note["amount"], invoice["amount_remaining"])
    note["post_payment_amount"] = note["amount"] - note["pre_payment_amount"]
    note["type"] = _type(note)
    return note


def issue(world: World, params: Body) -> Body:
    """Give what the note says: less to pay, credit, or money back."""
    note = work_out(world, params)
    invoice = world.need("invoice", note["invoice"])
    _check_sum(world, note, params)
    world.store.put(note)
    _pay_out(world, note, invoice, params)
    invoice["pre_payment_credit_notes_amount"] += note["pre_payment_amount"]
    invoice["post_payment_credit_notes_amount"] += note["post_payment_amount"]
    if note["pre_payment_amount"]:
        _lower(world, invoice, note["pre_payment_amount"])
    world.save(invoice, "invoice.updated")
    world.store.put(note)
    world.emit("credit_note.created", note)
    if invoice["status"] == "open" and not invoice["amount_remaining"]:
        invoicing.settle(world, invoice)
    return note


def void(world: World, note: Body) -> Body:
    """Take the note back, which is possible only while the invoice is open."""
    invoice = world.need("invoice", note["invoice"])
    if note["status"] == "void" or invoice["status"] != "open":
        raise errors.invalid("You can only void a credit note of an open invoice.")
    note |= {"status": "void", "voided_at": world.now()}
    world.save(note)
    world.emit("credit_note.voided", note)
    invoice["pre_payment_credit_notes_amount"] -= note["pre_payment_amount"]
    _lower(world, invoice, -note["pre_payment_amount"])
    world.save(invoice, "invoice.updated")
    return note


def _creditable(invoice: Body) -> int:
    credited = invoice["pre_payment_credit_notes_amount"]
    return invoice["total"] - credited - invoice["post_payment_credit_notes_amount"]


def _lower(world: World, invoice: Body, amount: int) -> None:
    invoice["amount_due"] -= amount
    invoice["amount_remaining"] -= amount
    if invoice.get("_intent"):
        intent = world.need("payment_intent", invoice["_intent"])
        intent["amount"] = invoice["amount_remaining"]
        world.save(intent)


def _lines(invoice: Body, params: Body) -> list[Body]:
    given = params.get("lines") or []
    if bool(given) == ("amount" in params):
        raise errors.invalid("You must give either `amount` or `lines`.", "amount")
    if not given:
        return [money_back.credit_line(params["amount"], {})]
    known = {line["id"]: line for line in invoice["lines"]["data"]}
    return [_line(known, each, place) for place, each in enumerate(given)]


def _line(known: dict[str, Body], given: Body, place: int) -> Body:
    if given["type"] == "custom_line_item":
        amount = given.get("unit_amount", 0) * (given.get("quantity") or 1)
        return money_back.credit_line(given.get("amount", amount), given)
    line_id = given.get("invoice_line_item") or ""
    line = known.get(line_id)
    if line is None:
        name = f"lines[{place}][invoice_line_item]"
        raise errors.missing("invoice line item", line_id, name)
    whole = line["quantity"] or 1
    amount = line["amount"] // whole * (given.get("quantity") or whole)
    shown = {"description": line["description"], **given}
    return money_back.credit_line(given.get("amount", amount), shown)


def _check_sum(world: World, note: Body, params: Body) -> None:
    named = ("credit_amount", "refund_amount", "out_of_band_amount")
    parts = [params.get(name) or 0 for name in named]
    parts += [_refund(world, each) for each in params.get("refunds") or []]
    if sum(parts) != note["post_payment_amount"]:
        currency = note["currency"]
        raise errors.invalid(
            "The sum of credit amount, refund amount and out of band amount"
            f" ({pricing.money(sum(parts), currency)}) must equal the credit note amount"
            f" ({pricing.money(note['post_payment_amount'], currency)})."
        )


def _refund(world: World, given: Body) -> int:
    return world.need("refund", given["refund"], "refunds[0][refund]")["amount"]


def _pay_out(world: World, note: Body, invoice: Body, params: Body) -> None:
    if credit := params.get("credit_amount"):
        customer = world.need("customer", invoice["customer"])
        entry = balance.post(world, customer, -credit, "credit_note", credit_note=note["id"])
        note["customer_balance_transaction"] = entry["id"]
    for given in params.get("refunds") or []:
        amount = _refund(world, given)
        note["refunds"].append({"amount_refunded": amount, "refund": given["refund"]})
    left = params.get("refund_amount") or 0
    for charge in refunding.charges_of(world, invoice["id"]) if left else []:
        part = min(left, charge["amount"] - charge["amount_refunded"])
        made = refunding.refund(world, charge, part, {"reason": "requested_by_customer"})
        note["refunds"].append({"amount_refunded": part, "refund": made["id"]})
        left -= part
    if left:
        raise errors.invalid("The invoice was not paid by a card that could be refunded.")


def _type(note: Body) -> str:
    if not note["post_payment_amount"]:
        return "pre_payment"
    return "mixed" if note["pre_payment_amount"] else "post_payment"
