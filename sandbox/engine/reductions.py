"""What a coupon takes off amounts; pure arithmetic in the smallest unit of the currency."""

from decimal import ROUND_HALF_UP, Decimal

from sandbox.store import Body


def amount_off(coupon: Body, currency: str) -> int | None:
    """The fixed amount a coupon takes off in this currency; None if it takes none off in it."""
    if coupon["currency"] == currency:
        return coupon["amount_off"]
    option = coupon["_currency_options"].get(currency)
    return option["amount_off"] if option else None


def taken(coupon: Body, currency: str, amounts: list[int]) -> list[int]:
    """How much the coupon takes off each of these amounts, never more than there is.

    A fixed amount is spread over them in proportion, and the parts add up to the whole.
    """
    if coupon["percent_off"] is not None:
        share = Decimal(str(coupon["percent_off"])) / 100
        return [_rounded(amount * share) if amount > 0 else 0 for amount in amounts]
    return spread(amount_off(coupon, currency) or 0, amounts)


def spread(whole: int, amounts: list[int]) -> list[int]:
    """Spread `whole` over the positive amounts in proportion, at most up to their sum."""
    base = sum(amount for amount in amounts if amount > 0)
    left = min(whole, base)
    made: list[int] = []
    for amount in amounts:
        part = _rounded(Decimal(left) * amount / base) if amount > 0 else 0
        made.append(part)
        left -= part
        base -= max(amount, 0)
    return made


def _rounded(amount: Decimal) -> int:
    return int(amount.quantize(Decimal(1), ROUND_HALF_UP))
