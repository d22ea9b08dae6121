"""What can be switched on and off on a chart, as the toolbar offers it: locked ones are shown, too. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from saas_app.core.texts import text
from saas_app.market import layout, permitted
from saas_app.market.indicators.table import INDICATORS


@dataclass(frozen=True, slots=True)
class Switch:
    name: str
    label: str
    on: bool
    locked: bool


@dataclass(frozen=True, slots=True)
class Bank:
    """Switches of one kind; `locked` is what heads them where the plan has none of them."""

    label: str
    switches: list[Switch]
    locked: bool


_BANKS: Mapping[str, Sequence[str]] = {
    "drawn": ("levels", "lines", "fractals", "volume"),
    "over": [one.name for one in INDICATORS.values() if one.pane == "price"],
    "below": [one.name for one in INDICATORS.values() if one.pane == "own"],
}


def banks(switched_on: frozenset[str], *, basic: bool) -> list[Bank]:
    return [
        Bank(
            text(f"chart.bank.{bank}"),
            [switch(name, switched_on, basic=basic) for name in names],
            basic and layout.SWITCHES[names[0]] == permitted.ADVANCED,
        )
        for bank, names in _BANKS.items()
    ]


def switch(name: str, switched_on: frozenset[str], *, basic: bool) -> Switch:
    locked = basic and layout.SWITCHES[name] == permitted.ADVANCED
    return Switch(name, text(f"chart.switch.{name}"), name in switched_on and not locked, locked)


def shown(switched_on: frozenset[str], *, basic: bool) -> list[str]:
    """What the chart draws, in the order of the menu. What a smaller plan lacks stays switched on, and rests."""
    return [name for name in layout.SWITCHES if switch(name, switched_on, basic=basic).on]
