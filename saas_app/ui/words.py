"""Turns figures into the words of the catalogue: a limit's cell, a price."""

from saas_app.core.money import Money
from saas_app.core.texts import has, text
from saas_app.plans.table import Cell


def limit(cell: Cell) -> str:
    """`15 markets`, `Alerts by app, e-mail and webhook`, `Included`."""
    if cell.count == 1 and has(one := cell.text.replace("limit.", "limit.one.", 1)):
        return text(one)
    if cell.items:
        return text(cell.text, count=cell.count, items=listed([item(name) for name in cell.items]))
    return text(cell.text, count=f"{cell.count:,}") if cell.count is not None else text(cell.text)


def item(name: str) -> str:
    """A set's member by its own word, or by its name where it has none (a symbol, a timeframe)."""
    return text(f"item.{name}") if has(f"item.{name}") else name


def listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def price(amount: Money) -> str:
    """`$29` for round amounts, `$9.99` for others."""
    return str(amount).removesuffix(".00")
