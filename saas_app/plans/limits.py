"""Reads one limit as a person wrote it, in a catalogue or in a contract's override, by the meter's kind."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import assert_never, cast

from saas_app.plans.features import FEATURES, Feature, Kind, Limit, Limits, Meter

UNLIMITED = "unlimited"
PLUS = "+"


class WrongLimit(ValueError):
    """The written value does not fit the meter's kind; the message says what would."""


def read(meter: Meter, written: object, *, inherited: Limit) -> Limit:
    """A list that begins with "+" adds to what is inherited; "unlimited" lifts a counted limit."""
    match meter.kind:
        case Kind.FLAG:
            if isinstance(written, bool):
                return written
            raise WrongLimit(f"should be true or false, is {written!r}")
        case Kind.LEVEL:
            if isinstance(written, str) and written in meter.levels:
                return written
            raise WrongLimit(f"should be one of {', '.join(meter.levels)}, is {written!r}")
        case Kind.SET:
            return _items(written, inherited)
        case Kind.STOCK | Kind.QUOTA | Kind.RATE | Kind.CAP:
            if written == UNLIMITED:
                return None
            if isinstance(written, int) and not isinstance(written, bool) and written >= 0:
                return written
            raise WrongLimit(f'should be a whole number or "unlimited", is {written!r}')
        case Kind.EVERY:
            if isinstance(written, int) and not isinstance(written, bool) and written >= 1:
                return written
            raise WrongLimit(f"should be a whole number of seconds of at least 1, is {written!r}")
        case _:
            assert_never(meter.kind)


def overridden(
    limits: Limits, overrides: Mapping[str, object], meters: Mapping[Feature, Meter]
) -> tuple[Limits, tuple[str, ...]]:
    """The limits with one customer's contract laid over them, and what of it could not be read.

    The door where staff type an override refuses when there are faults. On the way to an
    access the readable part counts and the rest becomes an operator's alert: a contract that a
    later catalogue no longer understands must not lock its customer out.
    """
    effective = dict(limits)
    faults: list[str] = []
    for key, written in overrides.items():
        feature = FEATURES.get(key)
        meter = meters.get(feature) if feature else None
        if meter is None:
            faults.append(f"{key}: is not a limit of this product")
            continue
        try:
            effective[meter.feature] = read(meter, written, inherited=limits[meter.feature])
        except WrongLimit as wrong:
            faults.append(f"{key}: {wrong}")
    return MappingProxyType(effective), tuple(faults)


def _items(written: object, inherited: Limit) -> frozenset[str]:
    if not isinstance(written, list):
        raise WrongLimit(f"should be a list of names, is {written!r}")
    listed = cast("list[object]", written)
    items = [item for item in listed if isinstance(item, str) and item]
    if len(items) != len(listed):
        raise WrongLimit(f"should hold names only, is {written!r}")
    own = [item for item in items if item != PLUS]
    if len(set(own)) != len(own):
        raise WrongLimit("names an item twice")
    if PLUS not in items:
        return frozenset(own)
    if items[0] != PLUS or items.count(PLUS) > 1:
        raise WrongLimit('"+" comes once, and first')
    assert isinstance(inherited, frozenset)  # noqa: S101 - a meter's kind fixes the type of its limits
    return inherited | frozenset(own)
