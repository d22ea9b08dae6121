"""The words people read, from one catalogue keyed by locale. Holds no words itself."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

DEFAULT_LOCALE = "en"
_FOLDER = Path(__file__).parents[1] / "locales"


class NoSuchText(KeyError):
    """A page asked for words that the catalogue does not hold."""


def text(key: str, locale: str = DEFAULT_LOCALE, **values: Any) -> str:
    """The words under a dotted key, with `{name}` filled in. Raises NoSuchText."""
    words = _catalogue(locale).get(key)
    if words is None:
        raise NoSuchText(f"{locale}: {key}")
    return words.format(**values) if values else words


def has(key: str, locale: str = DEFAULT_LOCALE) -> bool:
    return key in _catalogue(locale)


def under(prefix: str, locale: str = DEFAULT_LOCALE) -> Mapping[str, str]:
    """Every text below a dotted prefix, keyed by what follows it, in the file's order."""
    head = f"{prefix}."
    return {
        key.removeprefix(head): words
        for key, words in _catalogue(locale).items()
        if key.startswith(head)
    }


@cache
def _catalogue(locale: str) -> Mapping[str, str]:
    flat: dict[str, str] = {}
    for path in sorted((_FOLDER / locale).glob("*.toml")):
        _flatten(tomllib.loads(path.read_text(encoding="utf-8")), "", flat)
    return flat


def _flatten(node: Mapping[str, Any], head: str, flat: dict[str, str]) -> None:
    for key, value in node.items():
        if isinstance(value, dict):
            _flatten(value, f"{head}{key}.", flat)  # pyright: ignore[reportUnknownArgumentType] — TOML nests tables of strings
        else:
            flat[f"{head}{key}"] = str(value)
