"""A reader of TOML that collects every fault with its place instead of stopping at the first."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeVar, cast

E = TypeVar("E", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Fault:
    """`where` is the file and the key's path in it; `what` says what to write instead."""

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


class CatalogueRefused(ValueError):
    """The catalogue cannot be used. Nothing was changed; `faults` holds everything to mend."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        lines = "\n".join(f"  {fault}" for fault in faults)
        super().__init__(
            f"The plan catalogue has {len(faults)} fault(s); mend them and start again:\n{lines}"
        )
        self.faults = faults


@dataclass(slots=True)
class Table:
    """One TOML table. Each question that finds the wrong thing leaves a fault and a usable answer."""

    values: dict[str, object]
    where: str
    faults: list[Fault]
    _asked: set[str] = field(default_factory=set[str])

    def fault(self, key: str, what: str) -> None:
        self.faults.append(Fault(f"{self.where}.{key}" if key else self.where, what))

    def has(self, key: str) -> bool:
        return key in self.values

    def raw(self, key: str) -> object:
        self._asked.add(key)
        return self.values.get(key)

    def text(self, key: str, default: str | None = None) -> str:
        value = self._take(key, default)
        if isinstance(value, str) and value and value.isprintable():
            return value
        if value is not _MISSING:
            self.fault(key, f"should be a text on one line that is not empty, is {value!r}")
        return default or ""

    def whole(self, key: str, default: int | None = None, *, least: int = 0) -> int:
        value = self._take(key, default)
        if isinstance(value, int) and not isinstance(value, bool) and value >= least:
            return value
        if value is not _MISSING:
            self.fault(key, f"should be a whole number of at least {least}, is {value!r}")
        return default or least

    def flag(self, key: str) -> bool:
        value = self._take(key, False)
        if isinstance(value, bool):
            return value
        self.fault(key, f"should be true or false, is {value!r}")
        return False

    def choice(self, key: str, options: type[E], default: E) -> E:
        value = self._take(key, default)
        if isinstance(value, str) and value in {option.value for option in options}:
            return options(value)
        self.fault(key, f"should be one of {', '.join(options)}, is {value!r}")
        return default

    def list(self, key: str) -> tuple[object, ...]:
        value = self._take(key, cast("list[object]", []))
        if isinstance(value, list):
            return tuple(cast("list[object]", value))
        self.fault(key, f"should be a list, is {value!r}")
        return ()

    def table(self, key: str) -> "Table":
        value = self._take(key, cast("dict[str, object]", {}))
        if not isinstance(value, dict):
            self.fault(key, f"should be a table, is {value!r}")
            value = cast("dict[str, object]", {})
        return Table(cast("dict[str, object]", value), f"{self.where}.{key}", self.faults)

    def tables(self, key: str) -> Iterator["Table"]:
        """Each table of a list, named by its `id` or `lookup_key` where it has one."""
        for place, item in enumerate(self.list(key)):
            where = f"{self.where}.{key}[{place}]"
            if not isinstance(item, dict):
                self.faults.append(Fault(where, f"should be a table, is {item!r}"))
                continue
            values = cast("dict[str, object]", item)
            name = values.get("id") or values.get("lookup_key")
            yield Table(values, f"{self.where}.{key}[{name}]" if name else where, self.faults)

    def nothing_else(self) -> None:
        for key in self.values.keys() - self._asked:
            self.fault(key, "is not a key of this table; look for a typing mistake")

    def _take(self, key: str, default: object) -> object:
        self._asked.add(key)
        if key in self.values:
            return self.values[key]
        if default is None:
            self.fault(key, "is missing")
            return _MISSING
        return default


_MISSING = object()
