"""Tax ids: which values have the right form, and what the registry says a moment later.

Stripe's magic numbers decide the answer: only noughts are genuine, only ones are not, and
only twos stay pending; everything else is verified.
"""

import re

from sandbox import errors
from sandbox.engine import due
from sandbox.objects import tax_id
from sandbox.store import Body
from sandbox.world import World

FORMS = {
    "au_abn": r"\d{11}",
    "br_cnpj": r"\d{2}\.?\d{3}\.?\d{3}/?\d{4}-?\d{2}",
    "ca_bn": r"\d{9}",
    "ca_gst_hst": r"\d{9}RT\d{4}",
    "ch_vat": r"CHE-?\d{3}\.?\d{3}\.?\d{3} ?(MWST|TVA|IVA)",
    "eu_vat": r"(AT|BE|BG|CY|CZ|DE|DK|EE|EL|ES|FI|FR|HR|HU|IE|IT|LT|LU|LV|MT|NL|PL|PT|RO|SE|SI|SK)"
    r"[A-Z0-9]{8,12}",
    "gb_vat": r"(GB)?\d{9}(\d{3})?",
    "in_gst": r"\d{2}[A-Z]{5}\d{4}[A-Z]\d[A-Z]\d",
    "jp_cn": r"\d{13}",
    "mx_rfc": r"[A-Z&]{3,4}\d{6}[A-Z0-9]{3}",
    "no_vat": r"\d{9}MVA",
    "nz_gst": r"\d{8,9}",
    "sg_gst": r"M\d{8}X|[A-Z0-9]{9,10}",
    "us_ein": r"\d{2}-?\d{7}",
    "za_vat": r"4\d{9}",
}
_CHECKED = {"au_abn", "eu_vat", "gb_vat"}


def add(world: World, customer_id: str, kind: str, value: str) -> Body:
    """Note a tax id of the customer and have it looked up where there is a registry."""
    plain = value.strip().upper()
    if not re.fullmatch(FORMS[kind], plain):
        raise errors.invalid(f"Invalid value for {kind}.", "value", "tax_id_invalid")
    own = {"customer": customer_id, "type": kind, "value": plain}
    if world.store.select("tax_id", own):
        raise errors.invalid(f"The customer already has the tax ID {plain}.", "value")
    checked = kind in _CHECKED
    body = tax_id.new(customer_id, kind, plain, now=world.now(), checked=checked)
    world.add(body, "customer.tax_id.created")
    if checked:
        due.at(world, body["id"], "verify_tax_id", world.now())
    return body


def verify(world: World, body: Body) -> None:
    """The registry answers."""
    digits = re.sub(r"\D", "", body["value"])
    customer = world.store.get(body["customer"]) or {}
    last = set(digits[-6:])
    if last == {"2"}:
        return
    if last == {"1"}:
        body["verification"]["status"] = "unverified"
    else:
        body["verification"] = {
            "status": "verified",
            "verified_address": "123 TEST STREET",
            "verified_name": customer.get("name") or "TEST COMPANY",
        }
    world.save(body, "customer.tax_id.updated")


def remove(world: World, body: Body) -> None:
    """The customer no longer has it."""
    due.never(world, body["id"])
    world.remove(body, "customer.tax_id.deleted")


def on_invoices(world: World, customer_id: str) -> list[Body]:
    """As an invoice shows them, oldest first."""
    found = world.store.select("tax_id", {"customer": customer_id})
    return [{"type": each["type"], "value": each["value"]} for each in reversed(found)]
