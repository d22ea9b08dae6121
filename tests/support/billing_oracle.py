"""What must be true of a customer, worked out from Stripe's own objects alone. Shares no code with the product."""

from dataclasses import dataclass
from typing import Any

GRACE_SECONDS = 7 * 86_400
LIVE = {"trialing", "active", "past_due"}


@dataclass(frozen=True)
class Truth:
    """`plan` is the access there should be at `now`, `cents` what was kept of all that was paid."""

    plan: str
    live: int
    statuses: tuple[str, ...]
    invoices: frozenset[tuple[str, str, int]]
    cents: int


def truth(stripe: Any, customer: str, *, now: int) -> Truth:
    subscriptions = [s.to_dict() for s in _all(stripe.v1.subscriptions, customer, status="all")]
    invoices = [i.to_dict() for i in _all(stripe.v1.invoices, customer)]
    charges = [c.to_dict() for c in _all(stripe.v1.charges, customer)]
    return Truth(
        plan="pro" if any(_gives(s, invoices, now) for s in subscriptions) else "free",
        live=sum(s["status"] in LIVE for s in subscriptions),
        statuses=tuple(sorted(s["status"] for s in subscriptions)),
        invoices=frozenset((i["id"], i["status"], i["amount_paid"]) for i in invoices),
        cents=sum(i["amount_paid"] for i in invoices) - sum(c["amount_refunded"] for c in charges),
    )


def _all(resource: Any, customer: str, **more: Any) -> list[Any]:
    return list(resource.list({"customer": customer, "limit": 100, **more}).auto_paging_iter())


def _gives(subscription: dict[str, Any], invoices: list[dict[str, Any]], now: int) -> bool:
    match subscription["status"]:
        case "trialing" | "active":
            return True
        case "past_due":
            return now < _owed_since(subscription["id"], invoices, now) + GRACE_SECONDS
        case _:
            return False


def _owed_since(subscription: str, invoices: list[dict[str, Any]], now: int) -> int:
    """The first of the unpaid invoices in a row, back from the newest."""
    mine = [
        i
        for i in invoices
        if (i["parent"] or {}).get("subscription_details", {}).get("subscription") == subscription
        and i["status"] not in {"draft", "void"}
    ]
    since = now
    for invoice in sorted(mine, key=lambda i: i["created"], reverse=True):
        if invoice["status"] == "paid":
            break
        since = invoice["status_transitions"]["finalized_at"] or invoice["created"]
    return since
