"""A new tax id of a customer."""

from sandbox import ids
from sandbox.store import Body


def new(customer: str, kind: str, value: str, *, now: int, checked: bool) -> Body:
    """Whether it is genuine is looked up afterwards, for the kinds that are looked up at all."""
    region = kind.partition("_")[0].upper()
    return {
        "id": ids.new("tax_id"),
        "object": "tax_id",
        "country": value[:2].upper() if region == "EU" else region,
        "created": now,
        "customer": customer,
        "customer_account": None,
        "livemode": False,
        "owner": {"customer": customer, "type": "customer"},
        "type": kind,
        "value": value,
        "verification": {
            "status": "pending" if checked else "unavailable",
            "verified_address": None,
            "verified_name": None,
        },
    }
