"""What must be true of a customer, worked out from Stripe's own objects alone. Shares no code with the product."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

GRACE = timedelta(days=7)
GRACE_SECONDS = int(GRACE.total_seconds())
LIVE = {"trialing", "active", "past_due"}
# By what their prices are called, the best first.
PLANS = (
    ("dt_team_", "datilio-team"),
    ("dt_pro_", "datapilot-pro"),
    ("tidemark_pro_", "pro"),
)
SOLD_BY_SEAT = "dt_team_"
MONEY_IS_GONE = {"needs_response", "under_review", "lost"}


@dataclass(frozen=True)
class Truth:
    """`plan` is the access there should be at `now`, `cents` what was kept of all that was paid."""

    plan: str
    customers: int
    live: int
    trials: int
    statuses: tuple[str, ...]
    invoices: frozenset[tuple[str, str, int]]
    most_often_charged: int
    """How many paid invoices say the very same: the same lines, to the second."""
    cents: int
    seats: int | None
    """How many are sold; None where nothing is sold by the seat."""


def truth(stripe: Any, customer: str, *, now: int, default: str) -> Truth:
    subscriptions = [s.to_dict() for s in _all(stripe.v1.subscriptions, customer, status="all")]
    invoices = [i.to_dict() for i in _all(stripe.v1.invoices, customer)]
    charges = [c.to_dict() for c in _all(stripe.v1.charges, customer)]
    giving = [s for s in subscriptions if _gives(s, invoices, now)]
    return Truth(
        plan=_best((_price(s) for s in giving), default),
        customers=len(stripe.v1.customers.list({"limit": 100}).data),
        live=sum(s["status"] in LIVE for s in subscriptions),
        trials=sum(s["trial_start"] is not None for s in subscriptions),
        statuses=tuple(sorted(s["status"] for s in subscriptions)),
        invoices=frozenset((i["id"], i["status"], i["amount_paid"]) for i in invoices),
        most_often_charged=max(
            Counter(_bill(i) for i in invoices if i["amount_paid"]).values(), default=1
        ),
        cents=sum(i["amount_paid"] for i in invoices)
        - sum(c["amount_refunded"] for c in charges)
        - (_fought_over(stripe) if any(c["disputed"] for c in charges) else 0),
        seats=next((_seats(s) for s in giving if _price(s).startswith(SOLD_BY_SEAT)), None),
    )


def mirrored_plan(
    rows: Iterable[tuple[str, str | None, datetime | None]], now: datetime, default: str
) -> str:
    """The plan that rows of status, price and begin of debt give."""
    return _best(
        (
            price
            for status, price, owed_since in rows
            if price is not None
            and status in LIVE
            and (status != "past_due" or owed_since is None or now < owed_since + GRACE)
        ),
        default,
    )


def _all(resource: Any, customer: str, **more: Any) -> list[Any]:
    return list(resource.list({"customer": customer, "limit": 100, **more}).auto_paging_iter())


def _bill(invoice: dict[str, Any]) -> tuple[Any, ...]:
    lines = (
        (line["amount"], line["period"]["start"], line["period"]["end"])
        for line in invoice["lines"]["data"]
    )
    subscription = (invoice["parent"] or {}).get("subscription_details", {}).get("subscription")
    return (subscription, *sorted(lines))


def _best(prices: Iterable[str], default: str) -> str:
    held = list(prices)
    return next(
        (plan for name, plan in PLANS if any(price.startswith(name) for price in held)), default
    )


def _price(subscription: dict[str, Any]) -> str:
    return subscription["items"]["data"][0]["price"]["lookup_key"]


def _seats(subscription: dict[str, Any]) -> int:
    return subscription["items"]["data"][0]["quantity"]


def _fought_over(stripe: Any) -> int:
    disputes = stripe.v1.disputes.list({"limit": 100}).data
    return sum(each.amount for each in disputes if each.status in MONEY_IS_GONE)


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
