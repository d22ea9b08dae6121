"""Currencies: how many decimals each has, and how an amount in it is written."""

from sandbox import errors

_ZERO = "bif clp djf gnf jpy kmf krw mga pyg rwf ugx vnd vuv xaf xof xpf"
_TWO = (
    "aed ars aud bgn brl cad chf cny cop czk dkk egp eur gbp hkd huf idr ils inr kes mad mxn myr"
    " ngn nok nzd pen php pln qar ron rsd sar sek sgd thb try twd uah usd uyu"
    " zar"  # codespell:ignore zar
)
ZERO_DECIMAL = frozenset(_ZERO.split())
TWO_DECIMAL = frozenset(_TWO.split())
THREE_DECIMAL = frozenset({"bhd", "jod", "kwd", "omr", "tnd"})
_SIGNS = {"usd": "$", "eur": "€", "gbp": "£", "jpy": "¥"}
_STEP = 10  # in currencies of three decimals the last digit must be nought


def decimals(currency: str) -> int:
    """How many digits stand behind the point."""
    if currency in ZERO_DECIMAL:
        return 0
    return 3 if currency in THREE_DECIMAL else 2


def money(amount: int, currency: str) -> str:
    """An amount as people write it: "$29.00", "¥2,900", "2.900 KWD"."""
    places = decimals(currency)
    written = f"{abs(amount) / 10**places:,.{places}f}"
    minus = "-" if amount < 0 else ""
    sign = _SIGNS.get(currency)
    return f"{minus}{sign}{written}" if sign else f"{minus}{written} {currency.upper()}"


def check(currency: str, amount: int | None, param: str = "currency") -> str:
    """The currency in small letters, or why an amount cannot be taken in it."""
    known = currency.lower()
    if known not in ZERO_DECIMAL | THREE_DECIMAL | TWO_DECIMAL:
        raise errors.invalid(f"Invalid currency: {currency}.", param)
    if known in THREE_DECIMAL and amount is not None and amount % _STEP:
        raise errors.invalid(
            f"Amounts in {known} have three decimals, of which the last must be 0.", "unit_amount"
        )
    return known
