"""Refunds, credit notes and disputes."""

from sandbox import errors
from sandbox.api.endpoint import CREATED, PAGING, Endpoint, listing, merge, reading
from sandbox.engine import crediting, disputing, refunding
from sandbox.objects.money_back import EVIDENCE
from sandbox.shapes import Shape, boolean, count, fields, integer, many, metadata, one_of, text
from sandbox.store import Body
from sandbox.world import World

_LINE = fields(
    {
        "amount": count,
        "description": text,
        "invoice_line_item": text,
        "metadata": metadata,
        "quantity": count,
        "type": one_of("custom_line_item", "invoice_line_item"),
        "unit_amount": count,
    },
    required=("type",),
)
_NOTE: dict[str, Shape] = {
    "amount": count,
    "credit_amount": count,
    "effective_at": integer,
    "invoice": text,
    "lines": many(_LINE),
    "memo": text,
    "metadata": metadata,
    "out_of_band_amount": count,
    "reason": one_of("duplicate", "fraudulent", "order_change", "product_unsatisfactory"),
    "refund_amount": count,
    "refunds": many(fields({"amount_refunded": count, "refund": text}, required=("refund",))),
}


def create_refund(world: World, params: Body) -> Body:
    """Give money back for a charge, named by itself or by its payment intent."""
    charge_id, intent_id = params.get("charge"), params.get("payment_intent")
    if charge_id:
        charge = world.need("charge", charge_id, "charge")
    elif intent_id:
        charge = refunding.charge_of(world, intent_id)
    else:
        raise errors.invalid(
            "One of the following params should be provided for this request: payment_intent or"
            " charge.",
            "payment_intent",
            "parameter_missing",
        )
    return refunding.refund(world, charge, params.get("amount"), params)


def update_refund(world: World, params: Body, refund_id: str) -> Body:
    """Other notes."""
    body = world.need("refund", refund_id)
    merge(body, params)
    return world.save(body, "refund.updated")


def cancel_refund(world: World, _params: Body, refund_id: str) -> Body:
    """Refunds to cards are done at once, so there is nothing to cancel."""
    body = world.need("refund", refund_id)
    raise errors.invalid(f"You cannot cancel a refund that is {body['status']}.")


def create_note(world: World, params: Body) -> Body:
    """Take part of an invoice back."""
    return crediting.issue(world, params)


def preview_note(world: World, params: Body) -> Body:
    """What a note would say."""
    return crediting.work_out(world, params)


def update_note(world: World, params: Body, note_id: str) -> Body:
    """Other words."""
    body = world.need("credit_note", note_id)
    merge(body, params, "memo")
    return world.save(body, "credit_note.updated")


def void_note(world: World, _params: Body, note_id: str) -> Body:
    """Take the note back."""
    return crediting.void(world, world.need("credit_note", note_id))


def lines(world: World, _params: Body, note_id: str) -> Body:
    """What is credited."""
    return world.need("credit_note", note_id)["lines"]


def update_dispute(world: World, params: Body, dispute_id: str) -> Body:
    """Answer a dispute; `submit=false` keeps the evidence for later."""
    body = world.need("dispute", dispute_id)
    merge(body, params)
    if not params.get("evidence"):
        return world.save(body, "charge.dispute.updated")
    submits = params.get("submit", True)
    return disputing.answer(world, body, params["evidence"], submits=submits)


def close_dispute(world: World, _params: Body, dispute_id: str) -> Body:
    """Accept that it is lost."""
    return disputing.close(world, world.need("dispute", dispute_id), won=False)


_REFUND: dict[str, Shape] = {
    "amount": integer,
    "charge": text,
    "metadata": metadata,
    "payment_intent": text,
    "reason": one_of("duplicate", "fraudulent", "requested_by_customer"),
}
_OF_CHARGE: dict[str, Shape] = {
    **PAGING,
    "charge": text,
    "created": CREATED,
    "payment_intent": text,
}
_NOTES: dict[str, Shape] = {**PAGING, "created": CREATED, "customer": text, "invoice": text}
_DISPUTE: dict[str, Shape] = {
    "evidence": fields(dict.fromkeys(EVIDENCE, text)),
    "metadata": metadata,
    "submit": boolean,
}

ENDPOINTS = (
    Endpoint("POST", "/refunds", create_refund, _REFUND),
    Endpoint(
        "GET", "/refunds", listing("refund", "/v1/refunds", "charge", "payment_intent"), _OF_CHARGE
    ),
    Endpoint("GET", "/refunds/{id}", reading("refund")),
    Endpoint("POST", "/refunds/{id}", update_refund, {"metadata": metadata}),
    Endpoint("POST", "/refunds/{id}/cancel", cancel_refund),
    Endpoint("GET", "/credit_notes/preview", preview_note, _NOTE, ("invoice",)),
    Endpoint("POST", "/credit_notes", create_note, _NOTE, ("invoice",)),
    Endpoint(
        "GET",
        "/credit_notes",
        listing("credit_note", "/v1/credit_notes", "customer", "invoice"),
        _NOTES,
    ),
    Endpoint("GET", "/credit_notes/{id}", reading("credit_note")),
    Endpoint("POST", "/credit_notes/{id}", update_note, {"memo": text, "metadata": metadata}),
    Endpoint("POST", "/credit_notes/{id}/void", void_note),
    Endpoint("GET", "/credit_notes/{id}/lines", lines, PAGING),
    Endpoint(
        "GET",
        "/disputes",
        listing("dispute", "/v1/disputes", "charge", "payment_intent"),
        _OF_CHARGE,
    ),
    Endpoint("GET", "/disputes/{id}", reading("dispute")),
    Endpoint("POST", "/disputes/{id}", update_dispute, _DISPUTE),
    Endpoint("POST", "/disputes/{id}/close", close_dispute),
)
