"""Which catalogue this installation sells: the version in force, or the file where none was applied yet."""

from functools import cache
from pathlib import Path

from saas_app.core.settings import settings
from saas_app.plans import catalogue as plans
from saas_app.plans.catalogue import Catalogue

_FOLDER = Path(__file__).parents[2] / "catalogs"
_put: dict[str, Catalogue] = {}


def catalogue() -> Catalogue:
    """From memory: asked at every decision. Raises CatalogueRefused with every fault at once."""
    name = settings().catalog
    return _put.get(name) or _read(name)


def put(name: str, in_force: Catalogue | None) -> None:
    """What `billing.catalogue.versions` found in force; None: the file counts."""
    if in_force is None:
        _put.pop(name, None)
    else:
        _put[name] = in_force


def file_text(name: str) -> str:
    return (_FOLDER / f"{name}.toml").read_text(encoding="utf-8")


@cache
def _read(name: str) -> Catalogue:
    return plans.load(_FOLDER / f"{name}.toml")
