"""Which markets and timeframes a plan opens, as the pages offer them: locked ones are shown, too."""

from dataclasses import dataclass

from saas_app.core.texts import text
from saas_app.market import current, permitted, symbols
from saas_app.market.symbols import AssetClass, Symbol
from saas_app.plans.access import Access
from saas_app.plans.decide import Denied
from saas_app.ui import routes

_USUAL = "H1"
_ORDER = (AssetClass.FX, AssetClass.METAL, AssetClass.INDEX, AssetClass.CRYPTO, AssetClass.STOCK)


@dataclass(frozen=True, slots=True)
class Frame:
    """One timeframe of the switcher; `key` is the digit that chooses it, `title` its line in a select."""

    id: str
    title: str
    href: str
    label: str
    key: str
    locked: bool
    current: bool


@dataclass(frozen=True, slots=True)
class Choice:
    id: str
    title: str
    name: str
    href: str
    locked: bool
    current: bool


@dataclass(frozen=True, slots=True)
class Group:
    label: str
    choices: list[Choice]


def first_frame(market: Symbol, access: Access) -> str:
    """H1 where the plan has it, else the shortest it has, else the market's usual one, locked."""
    names = [frame.value for frame in market.timeframes]
    usual = _USUAL if _USUAL in names else names[0]
    return next(
        (name for name in (usual, *names) if not permitted.why_not(access, market.id, name)), usual
    )


def frames(market: Symbol, timeframe: str, access: Access) -> list[Frame]:
    return [
        _frame(market, frame.value, key, timeframe, access)
        for key, frame in enumerate(market.timeframes, start=1)
    ]


def groups(here: str, access: Access) -> list[Group]:
    """Every market by asset class, in the order people look for them."""
    known = symbols.everything().values()
    return [
        Group(
            text(f"market.class.{asset_class}"),
            [_choice(m, here, access) for m in known if m.asset_class is asset_class],
        )
        for asset_class in _ORDER
    ]


def open_markets(access: Access) -> list[str]:
    """The traded markets of which this plan opens at least one timeframe."""
    return [market.id for market in current.board().traded if not _denied(market, access)]


def _frame(market: Symbol, name: str, key: int, current: str, access: Access) -> Frame:
    locked = permitted.why_not(access, market.id, name) is not None
    label = (
        text("chart.timeframe_locked", timeframe=name)
        if locked
        else text("chart.shortcut", timeframe=name, digit=key)
    )
    return Frame(
        name,
        _title(name, locked=locked),
        routes.chart(market.id, name),
        label,
        str(key),
        locked,
        name == current,
    )


def _choice(market: Symbol, here: str, access: Access) -> Choice:
    locked = _denied(market, access) is not None
    title = _title(text("chart.heading", symbol=market.id, name=market.name), locked=locked)
    return Choice(market.id, title, market.name, routes.chart(market.id), locked, market.id == here)


def _title(words: str, *, locked: bool) -> str:
    return text("chart.locked_option", title=words) if locked else words


def _denied(market: Symbol, access: Access) -> Denied | None:
    return permitted.why_not(access, market.id, first_frame(market, access))
