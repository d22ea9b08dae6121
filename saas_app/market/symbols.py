"""The list of markets, read from symbols.toml. Says what a symbol is, not what it costs or who may see it."""

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from saas_app.market.sessions import Calendar
from saas_app.market.timeframes import Timeframe


class AssetClass(StrEnum):
    CRYPTO = "crypto"
    FX = "fx"
    METAL = "metal"
    INDEX = "index"
    STOCK = "stock"


@dataclass(frozen=True, slots=True)
class Recipe:
    """What the demo source makes this market of: a level and daily log moves per driver."""

    price: float
    volume: float
    loads: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Symbol:
    id: str
    name: str
    asset_class: AssetClass
    calendar: Calendar
    digits: int
    sources: Mapping[str, str]
    recipe: Recipe | None

    @property
    def tick(self) -> float:
        return 10.0**-self.digits

    @property
    def archived(self) -> bool:
        """Real prices of the past: shown on every plan, and no plan counts them."""
        return self.calendar is Calendar.ARCHIVE

    @property
    def timeframes(self) -> tuple[Timeframe, ...]:
        return (Timeframe.D1,) if self.archived else tuple(Timeframe)


@cache
def everything() -> Mapping[str, Symbol]:
    """Every symbol by id, in the order of the file."""
    text = (Path(__file__).parent / "symbols.toml").read_text(encoding="utf-8")
    rows: dict[str, dict[str, Any]] = tomllib.loads(text)
    return MappingProxyType({id_: _symbol(id_, rows) for id_ in rows})


def find(symbol: str) -> Symbol | None:
    return everything().get(symbol)


def traded() -> tuple[Symbol, ...]:
    """The markets that plans count: everything but the archive."""
    return tuple(symbol for symbol in everything().values() if not symbol.archived)


def archived() -> tuple[Symbol, ...]:
    return tuple(symbol for symbol in everything().values() if symbol.archived)


def _symbol(id_: str, rows: dict[str, dict[str, Any]]) -> Symbol:
    row = rows[id_]
    return Symbol(
        id=id_,
        name=row["name"],
        asset_class=AssetClass(row["class"]),
        calendar=Calendar(row["calendar"]),
        digits=row["digits"],
        sources=MappingProxyType(row["sources"]),
        recipe=_recipe(id_, rows) if "demo" in row else None,
    )


def _recipe(id_: str, rows: dict[str, dict[str, Any]]) -> Recipe:
    demo = rows[id_]["demo"]
    if "cross" not in demo:
        loads = {id_ if driver == "own" else driver: load for driver, load in demo["loads"].items()}
        return Recipe(demo["price"], demo["volume"], MappingProxyType(loads))
    legs = [_recipe(leg, rows) for leg in demo["cross"]]
    drivers = sorted({driver for leg in legs for driver in leg.loads})
    return Recipe(
        price=math.prod(leg.price for leg in legs),
        volume=demo["volume"],
        loads=MappingProxyType({d: sum(leg.loads.get(d, 0.0) for leg in legs) for d in drivers}),
    )
