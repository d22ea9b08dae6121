"""What a Checkout page asks of a customer besides a card: place, name, phone, tax id."""

from typing import Any

from sandbox import errors
from sandbox.engine import tax_ids
from sandbox.objects import payment
from sandbox.store import Body
from sandbox.world import World

_NAMES = ("name", "phone")


def asks(session: Body) -> Body:
    """Which fields the page shows."""
    address = session["billing_address_collection"] == "required"
    return {
        "address": address or session["automatic_tax"]["enabled"],
        "phone": session["phone_number_collection"]["enabled"],
        "tax_id": bool(session.get("_tax_id_collection")),
    }


def take(world: World, session: Body, form: Any) -> None:
    """Note what was typed; refused where it must be given and is not."""
    wanted = asks(session)
    given: Body = {name: str(form.get(name) or "").strip()[:200] or None for name in _NAMES}
    given["address"] = {
        name: str(form.get(name) or "").strip()[:200] or None for name in payment.ADDRESS
    }
    if session["billing_address_collection"] == "required" and not given["address"]["country"]:
        raise errors.invalid("Say in which country you are.", "country")
    if wanted["phone"] and not given["phone"]:
        raise errors.invalid("Say how to call you.", "phone")
    kind, value = str(form.get("tax_type") or ""), str(form.get("tax_value") or "")
    if wanted["tax_id"] and value:
        if kind not in tax_ids.FORMS:
            raise errors.invalid("Choose the kind of tax id.", "tax_type")
        given["tax_id"] = {"type": kind, "value": value}
    session["_collected"] = given
    world.store.put(session)


def typed(world: World, session: Body, details: Body) -> Body:
    """The details given, and where the page would not go on without one, what anybody types."""
    customer = world.store.get(session["customer"] or "") or {}
    wanted = asks(session)
    filled = dict(details)
    if wanted["address"] and not customer.get("address"):
        filled.setdefault("country", "US")
    if session["billing_address_collection"] == "required":
        filled.setdefault("country", (customer.get("address") or {}).get("country") or "US")
    if wanted["phone"]:
        filled.setdefault("phone", customer.get("phone") or "+1 555 0100")
    return filled


def give(world: World, session: Body, customer: Body, *, is_new: bool) -> None:
    """Save it on a new customer, or on one whose details the shop lets Checkout change."""
    given, update = session.get("_collected") or {}, session.get("_customer_update") or {}
    has_place = bool((given.get("address") or {}).get("country"))
    if has_place and (is_new or update.get("address") == "auto"):
        customer["address"] = given["address"]
    if given.get("name") and (is_new or update.get("name") == "auto"):
        customer["name"] = given["name"]
    if given.get("phone"):
        customer["phone"] = given["phone"]
    world.save(customer, "customer.updated")
    if given.get("tax_id"):
        tax_ids.add(world, customer["id"], given["tax_id"]["type"], given["tax_id"]["value"])
