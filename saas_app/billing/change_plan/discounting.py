"""What is left of an amount after the discounts that will still run then. Pure."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

_WHOLE = Decimal(100)


def after(cents: int, discounts: Iterable[Mapping[str, Any]], *, at: datetime) -> int:
    """Stripe takes them off one after the other, and never goes below nothing."""
    left = Decimal(cents)
    for discount in discounts:
        ends_at = discount.get("ends_at")
        if ends_at and datetime.fromisoformat(ends_at) <= at:
            continue
        if percent := discount.get("percent_off"):
            left -= left * Decimal(str(percent)) / _WHOLE
        else:
            left -= Decimal(discount.get("amount_off_cents") or 0)
        left = max(left, Decimal(0)).quantize(Decimal(1), ROUND_HALF_UP)
    return int(left)
