"""Which catalogue this installation sells. Reads the file once; judges nothing about it."""

from functools import cache
from pathlib import Path

from saas_app.core.settings import settings
from saas_app.plans import catalogue as plans
from saas_app.plans.catalogue import Catalogue

_FOLDER = Path(__file__).parents[2] / "catalogs"


def catalogue() -> Catalogue:
    """The catalogue that settings name. Raises CatalogueRefused with every fault at once."""
    return _read(settings().catalog)


@cache
def _read(name: str) -> Catalogue:
    return plans.load(_FOLDER / f"{name}.toml")
