"""What a reader sees of a stored object: private fields gone, prices in place, ids expanded.

Fields that start with an underscore are the sandbox's own notes and never leave it.
"""

from collections.abc import Callable, Iterable
from typing import Any

from sandbox import errors
from sandbox.store import Body, Store

_HOLDS_A_PRICE = ("subscription_item", "item")


def shown(store: Store, value: Any) -> Any:
    """The value without private fields, with the price of each item filled in."""
    if isinstance(value, list):
        return [shown(store, each) for each in value]
    if not isinstance(value, dict):
        return value
    if value.get("object") == "event":
        return value  # its copy of the object was made when it happened and stays as it was
    seen = {key: shown(store, each) for key, each in value.items() if not key.startswith("_")}
    if seen.get("object") == "subscription_item" and seen.get("quantity") is None:
        seen.pop("quantity", None)  # a metered item has none, and its field may not be null
    if seen.get("object") in _HOLDS_A_PRICE and isinstance(seen.get("price"), str):
        seen["price"] = shown(store, store.get(seen["price"]))
    return seen


def expanded(store: Store, body: Body, paths: Iterable[str]) -> Body:
    """The shown object with every path of `expand[]` replaced by the object it names."""
    for path in paths:
        _walk(store, body, path.split("."), path)
    return body


def page(url: str, found: list[Body], *, has_more: bool = False) -> Body:
    """A list object."""
    return {"object": "list", "data": found, "has_more": has_more, "url": url}


def _walk(store: Store, node: Any, path: list[str], whole: str) -> None:
    if isinstance(node, list):
        for each in node:
            _walk(store, each, path, whole)
        return
    if not isinstance(node, dict):
        return
    field, *rest = path
    _include(store, node, field, whole)
    value = node.get(field)
    if isinstance(value, str) and (found := store.get(value)):
        node[field] = value = shown(store, found)
    elif isinstance(value, str) and not rest:
        raise _cannot_expand(whole)
    elif isinstance(value, list) and all(isinstance(each, str) for each in value):
        node[field] = value = [shown(store, store.get(each) or {}) for each in value]
    if rest:
        _walk(store, value, rest, whole)


def _include(store: Store, node: Body, field: str, whole: str) -> None:
    if field in node or node.get("deleted"):
        return
    kind = str(node.get("object"))
    found = INCLUDED.get((kind, field))
    if found is None and "object" in node:
        raise _cannot_expand(whole)
    if found is not None:
        node[field] = shown(store, found(store, node))


def _cannot_expand(path: str) -> errors.ApiError:
    return errors.invalid(
        f"This property cannot be expanded ({path}). The sandbox has nothing behind it.",
        param="expand",
    )


def _payments(store: Store, invoice: Body) -> Body:
    found = store.select("invoice_payment", {"invoice": invoice["id"]})
    return page(f"/v1/invoices/{invoice['id']}/payments", found)


def _confirmation_secret(store: Store, invoice: Body) -> Body | None:
    for payment in store.select("invoice_payment", {"invoice": invoice["id"]}, limit=1):
        intent = store.get(payment["payment"]["payment_intent"]) or {}
        return {"client_secret": intent["client_secret"], "type": "payment_intent"}
    return None


def _line_items(store: Store, session: Body) -> Body:
    stored = store.get(session["id"]) or {}
    return page(f"/v1/checkout/sessions/{session['id']}/line_items", stored.get("_line_items", []))


def _subscriptions(store: Store, customer: Body) -> Body:
    live = [
        found
        for found in store.select("subscription", {"customer": customer["id"]})
        if found["status"] not in {"canceled", "incomplete_expired"}
    ]
    return page(f"/v1/customers/{customer['id']}/subscriptions", live)


def _tax_ids(store: Store, customer: Body) -> Body:
    found = store.select("tax_id", {"customer": customer["id"]})
    return page(f"/v1/customers/{customer['id']}/tax_ids", found)


def _tax(customer: Body) -> Body:
    """Whether automatic tax would know where the customer is."""
    address = customer["address"] or {}
    place = {"country": address.get("country"), "source": "billing_address"}
    known = bool(place["country"])
    return {
        "automatic_tax": "supported" if known else "unrecognized_location",
        "ip_address": None,
        "location": {**place, "state": address.get("state")} if known else None,
        "provider": "stripe",
    }


# Fields that Stripe leaves out of an object until `expand[]` asks for them.
INCLUDED: dict[tuple[str, str], Callable[[Store, Body], Any]] = {
    ("invoice", "payments"): _payments,
    ("invoice", "confirmation_secret"): _confirmation_secret,
    ("checkout.session", "line_items"): _line_items,
    ("charge", "refunds"): lambda store, body: page(
        f"/v1/charges/{body['id']}/refunds", store.select("refund", {"charge": body["id"]})
    ),
    ("customer", "subscriptions"): _subscriptions,
    ("customer", "tax_ids"): _tax_ids,
    ("customer", "sources"): lambda _, body: page(f"/v1/customers/{body['id']}/sources", []),
    ("customer", "tax"): lambda _store, body: _tax(body),
    ("coupon", "applies_to"): lambda store, body: {
        "products": (store.get(body["id"]) or {}).get("_products", [])
    },
    ("coupon", "currency_options"): lambda store, body: (store.get(body["id"]) or {}).get(
        "_currency_options", {}
    ),
    ("price", "currency_options"): lambda _store, _body: {},
    ("price", "tiers"): lambda store, body: (store.get(body["id"]) or {}).get("_tiers", []),
}
