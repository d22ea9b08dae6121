"""Things to bill that somebody wrote down: waiting for the next invoice, or put on a draft."""

from decimal import Decimal

from sandbox import errors, ids
from sandbox.engine import discounting
from sandbox.store import Body
from sandbox.world import World

_KIND = "invoiceitem"


def add(world: World, params: Body) -> Body:
    """Write it down, on the draft named or for the next invoice."""
    customer = world.need("customer", params["customer"], "customer")
    body = _new(world, customer, params)
    if params.get("invoice"):
        invoice = _draft(world, params["invoice"])
        put_on(world, invoice, [body])
        world.save(invoice, "invoice.updated")
    return world.add(body, "invoiceitem.created")


def update(world: World, body: Body, params: Body) -> Body:
    """Change it, as long as its invoice is a draft."""
    _refuse_if_billed(world, body)
    for name in ("description", "discountable"):
        if name in params:
            body[name] = params[name]
    if "quantity" in params:
        body["quantity"] = params["quantity"]
        body["quantity_decimal"] = str(params["quantity"])
        body["amount"] = int(Decimal(body["pricing"]["unit_amount_decimal"]) * params["quantity"])
    if "amount" in params:
        body["amount"] = params["amount"]
        body["pricing"]["unit_amount_decimal"] = str(params["amount"])
    world.save(body)
    if body["invoice"]:
        invoice = world.need("invoice", body["invoice"])
        take_off(invoice, body)
        put_on(world, invoice, [body])
        world.save(invoice, "invoice.updated")
    return body


def remove(world: World, body: Body) -> None:
    """Bill it never."""
    _refuse_if_billed(world, body)
    if body["invoice"]:
        invoice = world.need("invoice", body["invoice"])
        take_off(invoice, body)
        rework(world, invoice)
        world.save(invoice, "invoice.updated")
    world.remove(body, "invoiceitem.deleted")


def pending(world: World, customer: str, currency: str, subscription: str | None) -> list[Body]:
    """What waits for the next invoice of this customer, oldest first."""
    found = world.store.select(_KIND, {"customer": customer, "currency": currency})
    return [
        each
        for each in reversed(found)
        if each["invoice"] is None and each["_subscription"] in {None, subscription}
    ]


def put_on(world: World, invoice: Body, items: list[Body]) -> None:
    """The items are lines of the draft now."""
    for item in items:
        item["invoice"] = invoice["id"]
        world.store.put(item)
        invoice["lines"]["data"].append(_line(item))
    rework(world, invoice)


def imagine_on(invoice: Body, items: list[Body]) -> None:
    """The items as lines of a preview; nothing is stored."""
    invoice["lines"]["data"] += [_line({**item, "invoice": invoice["id"]}) for item in items]


def take_off(invoice: Body, item: Body) -> None:
    """The item is no line of the draft any more."""
    lines = invoice["lines"]["data"]
    invoice["lines"]["data"] = [line for line in lines if _item_of(line) != item["id"]]


def release(world: World, invoice: Body) -> None:
    """A deleted draft lets its items wait for the next invoice again."""
    for item in world.store.select(_KIND, {"invoice": invoice["id"]}):
        world.save(item | {"invoice": None})


def rework(world: World, invoice: Body) -> None:
    """Work out discounts and totals again."""
    for line in invoice["lines"]["data"]:
        line |= {"discounts": [], "discount_amounts": [], "pretax_credit_amounts": []}
    found = [world.store.get(each) for each in invoice["discounts"]]
    discounting.apply(world, invoice, [each for each in found if each])


def _new(world: World, customer: Body, params: Body) -> Body:
    now = world.now()
    price_id = (params.get("pricing") or {}).get("price")
    price = world.need("price", price_id, "pricing[price]") if price_id else None
    if price and price["recurring"]:
        raise errors.invalid(
            "The price specified is set to `type=recurring` but this field only accepts prices"
            " with `type=one_time`.",
            "pricing[price]",
        )
    if price is None and "amount" not in params:
        raise errors.invalid("Missing required param: amount.", "amount", "parameter_missing")
    quantity = params.get("quantity", 1)
    unit = price["unit_amount"] if price else params["amount"]
    currency = price["currency"] if price else (params.get("currency") or customer["currency"])
    product = world.need("product", price["product"]) if price else None
    details = price and {"price": price["id"], "product": price["product"]}
    pricing: Body = {"unit_amount_decimal": str(unit), "type": "price_details"}
    if details:
        pricing["price_details"] = details
    return {
        "id": ids.new(_KIND),
        "object": _KIND,
        "amount": unit * quantity,
        "currency": (currency or "usd").lower(),
        "customer": customer["id"],
        "customer_account": None,
        "date": now,
        "description": params.get("description") or (product and product["name"]),
        "discountable": params.get("discountable", True),
        "discounts": [],
        "invoice": None,
        "livemode": False,
        "metadata": params.get("metadata") or {},
        "net_amount": unit * quantity,
        "parent": None,
        "period": params.get("period") or {"end": now, "start": now},
        "pricing": pricing,
        "proration": False,
        "quantity": quantity,
        "quantity_decimal": str(quantity),
        "tax_rates": [],
        "test_clock": customer["test_clock"],
        "_subscription": params.get("subscription"),
    }


def _line(item: Body) -> Body:
    return {
        "id": ids.new("line_item"),
        "object": "line_item",
        "amount": item["amount"],
        "currency": item["currency"],
        "description": item["description"],
        "discount_amounts": [],
        "discountable": item["discountable"],
        "discounts": [],
        "invoice": item["invoice"],
        "livemode": False,
        "metadata": item["metadata"],
        "parent": {
            "invoice_item_details": {
                "invoice_item": item["id"],
                "proration": False,
                "proration_details": {"credited_items": None},
                "subscription": item["_subscription"],
            },
            "subscription_item_details": None,
            "type": "invoice_item_details",
        },
        "period": item["period"],
        "pretax_credit_amounts": [],
        "pricing": item["pricing"],
        "quantity": item["quantity"],
        "quantity_decimal": item["quantity_decimal"],
        "subscription": item["_subscription"],
        "subtotal": item["amount"],
        "taxes": [],
    }


def _item_of(line: Body) -> str | None:
    details = (line["parent"] or {}).get("invoice_item_details")
    return details and details["invoice_item"]


def _draft(world: World, invoice_id: str) -> Body:
    invoice = world.need("invoice", invoice_id, "invoice")
    if invoice["status"] != "draft":
        raise errors.invalid(
            "Invoice items can only be added to a draft invoice.", "invoice", "invoice_not_editable"
        )
    return invoice


def _refuse_if_billed(world: World, body: Body) -> None:
    if body["invoice"]:
        _draft(world, body["invoice"])
