"""Money is integer cents with a currency; a float never touches it."""

from dataclasses import dataclass

_SIGNS = {"usd": "$", "eur": "€", "gbp": "£"}
# ISO 4217 currencies without minor units, as Stripe lists them.
_WHOLE = frozenset(
    {
        "bif",
        "clp",
        "djf",
        "gnf",
        "jpy",
        "kmf",
        "krw",
        "mga",
        "pyg",
        "rwf",
        "ugx",
        "vnd",
        "vuv",
        "xaf",
        "xof",
        "xpf",
    }
)
# And those with three.
_THOUSANDTHS = frozenset({"bhd", "jod", "kwd", "omr", "tnd"})


class DifferentCurrencies(ValueError):
    """Amounts of two currencies were about to be added."""


@dataclass(frozen=True, slots=True, order=True)
class Money:
    cents: int
    currency: str = "usd"

    def __add__(self, other: "Money") -> "Money":
        if self.currency != other.currency:
            raise DifferentCurrencies(f"{self.currency} and {other.currency} do not add up")
        return Money(self.cents + other.cents, self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.cents, self.currency)

    def __str__(self) -> str:
        return written(self.cents, self.currency)


def written(cents: int, currency: str) -> str:
    """`$1,290.00`, `€9.99`, `JPY 500`, `KWD 1.250`: as a person reads it, currency included.

    `cents` are the currency's smallest units, whatever it calls them.
    """
    sign = _SIGNS.get(currency, f"{currency.upper()} ")
    minus = "-" if cents < 0 else ""
    places = _places(currency)
    if places == 0:
        return f"{minus}{sign}{abs(cents):,}"
    whole, part = divmod(abs(cents), 10**places)
    return f"{minus}{sign}{whole:,}.{part:0{places}d}"


def _places(currency: str) -> int:
    if currency in _WHOLE:
        return 0
    return 3 if currency in _THOUSANDTHS else 2
