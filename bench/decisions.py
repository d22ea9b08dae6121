"""How long one decide() takes, beside an empty function call."""

import timeit
from collections.abc import Iterator
from pathlib import Path

from bench.table import line
from saas_app.core import clock
from saas_app.plans import access, catalogue
from saas_app.plans.decide import decide
from saas_app.plans.features import Feature

_ROUNDS = 100_000


def rows() -> Iterator[str]:
    standing = access.of(catalogue.load(Path("catalogs/tidemark.toml")), None, now=clock.wall())
    empty = timeit.timeit(lambda: None, number=_ROUNDS) / _ROUNDS * 1e6
    for name, ask in (
        (
            "decide(): a symbol that is included",
            lambda: decide(standing, Feature.SYMBOLS, item="EURUSD"),
        ),
        (
            "decide(): a symbol that is not, with the plan that lifts it",
            lambda: decide(standing, Feature.SYMBOLS, item="GBPJPY"),
        ),
        (
            "decide(): a stock at its limit",
            lambda: decide(standing, Feature.WATCHLIST_ITEMS, used=5),
        ),
    ):
        taken = timeit.timeit(ask, number=_ROUNDS) / _ROUNDS * 1e6
        yield line(name, f"{taken:.2f} us", f"empty call {empty:.2f} us")
