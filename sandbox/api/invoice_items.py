"""Invoices and their items made by hand."""

from sandbox import errors, render
from sandbox.api.coupons import DISCOUNT
from sandbox.api.endpoint import CREATED, PAGING, Endpoint, listed, merge, reading
from sandbox.engine import due, invoice_items, invoicing, redeeming, renewing, subscribing
from sandbox.engine.redeeming import Purchase
from sandbox.objects import invoice as invoices
from sandbox.shapes import Shape, boolean, count, fields, integer, many, metadata, one_of, text
from sandbox.store import Body
from sandbox.world import World

_PERIOD = fields({"end": integer, "start": integer}, required=("end", "start"))
_ITEM: dict[str, Shape] = {
    "amount": integer,
    "description": text,
    "discountable": boolean,
    "metadata": metadata,
    "quantity": count,
}
_INVOICE: dict[str, Shape] = {
    "auto_advance": boolean,
    "collection_method": one_of("charge_automatically", "send_invoice"),
    "currency": text,
    "customer": text,
    "days_until_due": count,
    "default_payment_method": text,
    "description": text,
    "discounts": many(DISCOUNT),
    "due_date": integer,
    "footer": text,
    "metadata": metadata,
    "pending_invoice_items_behavior": one_of("exclude", "include"),
    "subscription": text,
}


def create_invoice(world: World, params: Body) -> Body:
    """A draft of one's own, empty or with what was waiting."""
    customer = world.need("customer", params["customer"], "customer")
    sends = params.get("collection_method") == "send_invoice"
    if sends and not {"days_until_due", "due_date"} & set(params):
        raise errors.invalid(
            "You must specify `days_until_due` or `due_date` with collection_method=send_invoice.",
            "days_until_due",
        )
    currency = (params.get("currency") or customer["currency"] or "usd").lower()
    subscribing.lock_currency(world, customer, currency)
    body = invoices.by_hand(customer, currency, params, world.now())
    purchase = Purchase(currency, 0, customer=customer["id"])
    for discount in redeeming.all_of(world, params.get("discounts") or [], purchase):
        redeeming.count(world, discount)
        world.add(discount | {"invoice": body["id"]})
        body["discounts"].append(discount["id"])
    if params.get("pending_invoice_items_behavior") == "include":
        waiting = invoice_items.pending(world, customer["id"], currency, params.get("subscription"))
        invoice_items.put_on(world, body, waiting)
    world.add(body, "invoice.created")
    if body["auto_advance"]:
        invoicing.finalize_in_an_hour(world, body)
    return body


def delete_invoice(world: World, _params: Body, invoice_id: str) -> Body:
    """Drop a draft made by hand."""
    body = world.need("invoice", invoice_id)
    if body["status"] != "draft" or body["parent"]:
        raise errors.invalid(
            "You can only delete draft invoices that do not belong to a subscription."
        )
    due.never(world, invoice_id)
    invoice_items.release(world, body)
    world.remove(body, "invoice.deleted")
    return {"id": invoice_id, "object": "invoice", "deleted": True}


def send(world: World, _params: Body, invoice_id: str) -> Body:
    """Finalise it if need be, and send it to the customer."""
    body = world.need("invoice", invoice_id)
    if body["collection_method"] != "send_invoice":
        raise errors.invalid(
            "You can only manually send an invoice if its collection method is 'send_invoice'."
        )
    if body["status"] == "draft":
        renewing.charge(world, body)
        return world.need("invoice", invoice_id)
    if body["status"] not in {"open", "uncollectible"}:
        raise errors.invalid(f"This invoice is {body['status']} and cannot be sent.")
    world.emit("invoice.sent", body)
    return body


def create_item(world: World, params: Body) -> Body:
    """Something to bill."""
    return invoice_items.add(world, params)


def update_item(world: World, params: Body, item_id: str) -> Body:
    """Change it before it is billed."""
    body = world.need("invoiceitem", item_id)
    merge(body, params)
    return invoice_items.update(world, body, params)


def delete_item(world: World, _params: Body, item_id: str) -> Body:
    """Bill it never."""
    invoice_items.remove(world, world.need("invoiceitem", item_id))
    return {"id": item_id, "object": "invoiceitem", "deleted": True}


def items(world: World, params: Body) -> Body:
    """Items by customer or invoice, or those that wait."""
    where = {"customer": params.get("customer"), "invoice": params.get("invoice")}
    found = listed(world, "invoiceitem", "/v1/invoiceitems", params, where)
    if "pending" in params:
        kept = [e for e in found["data"] if (e["invoice"] is None) == params["pending"]]
        return render.page(found["url"], kept, has_more=found["has_more"])
    return found


_LIST: dict[str, Shape] = {
    **PAGING,
    "created": CREATED,
    "customer": text,
    "invoice": text,
    "pending": boolean,
}

ENDPOINTS = (
    Endpoint("POST", "/invoices", create_invoice, _INVOICE, ("customer",)),
    Endpoint("DELETE", "/invoices/{id}", delete_invoice),
    Endpoint("POST", "/invoices/{id}/send", send),
    Endpoint(
        "POST",
        "/invoiceitems",
        create_item,
        {
            **_ITEM,
            "currency": text,
            "customer": text,
            "invoice": text,
            "period": _PERIOD,
            "pricing": fields({"price": text}),
            "subscription": text,
        },
        ("customer",),
    ),
    Endpoint("GET", "/invoiceitems", items, _LIST),
    Endpoint("GET", "/invoiceitems/{id}", reading("invoiceitem")),
    Endpoint("POST", "/invoiceitems/{id}", update_item, _ITEM),
    Endpoint("DELETE", "/invoiceitems/{id}", delete_item),
)
