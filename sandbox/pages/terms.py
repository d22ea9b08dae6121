"""What a customer agrees to on a Checkout page, in one plain sentence; no promises beyond it."""

from datetime import UTC, datetime
from decimal import Decimal

from sandbox import amounts
from sandbox.clock import DAY
from sandbox.engine import currencies, metering, pricing
from sandbox.store import Body
from sandbox.world import World


def per_period(price: Body, quantity: int | None = 1) -> str:
    """Say "$29.00 per month", "$290.00 per year", "$29.00 every 3 months"."""
    recurring = price["recurring"]
    if metering.is_metered(price):
        if price["unit_amount_decimal"] is None:
            return "by the tiers of what was used"
        places = currencies.decimals(price["currency"])
        exact = Decimal(price["unit_amount_decimal"]).scaleb(-places)
        return f"{exact.normalize():f} {price['currency'].upper()} per unit used"
    amount = pricing.money(amounts.cost(price, quantity), price["currency"])
    if not recurring:
        return amount
    count = recurring["interval_count"]
    span = recurring["interval"]
    return f"{amount} per {span}" if count == 1 else f"{amount} every {count} {span}s"


def sentence(world: World, session: Body) -> str:
    """Say "14 days free, then $29.00 per month from 5 Dec 2026"."""
    if session["mode"] == "setup":
        return "Your card is saved for later. Nothing is charged today."
    parts = [
        per_period(world.need("price", line["price"]), line["quantity"])
        for line in session["_line_items"]
    ]
    total = " and ".join(parts)
    days = trial_days(world, session)
    if not days:
        renewal = " It renews until you cancel." if session["mode"] == "subscription" else ""
        return f"{total}, charged today.{renewal}"
    first = datetime.fromtimestamp(trial_end(world, session), UTC).strftime("%-d %b %Y")
    return f"{days} {'day' if days == 1 else 'days'} free, then {total} from {first}"


def trial_end(world: World, session: Body) -> int:
    """When the trial would end if it began now."""
    data = session["_subscription_data"]
    return data.get("trial_end") or world.now() + (data.get("trial_period_days") or 0) * DAY


def trial_days(world: World, session: Body) -> int:
    """How many days are free; nought without a trial."""
    data = session["_subscription_data"]
    if not data.get("trial_end"):
        return int(data.get("trial_period_days") or 0)
    return max(round((data["trial_end"] - world.now()) / DAY), 1)
