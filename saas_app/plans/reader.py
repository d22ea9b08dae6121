"""Turns a catalogue's TOML into its values, leaving a fault for whatever cannot be read."""

import tomllib
from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType

from saas_app.core.money import Money
from saas_app.plans import limits, rules
from saas_app.plans.catalogue import Catalogue, Checkout, Downgrade, Interval, Plan, Price, TrialEnd
from saas_app.plans.faults import CatalogueRefused, Fault, Table
from saas_app.plans.features import FEATURES, KIND_OF, Feature, Kind, Limits, Meter

SCHEMA = 1


def catalogue(text: str, source: str) -> Catalogue:
    """Read, then check the whole against the rules; both kinds of fault are told together."""
    faults: list[Fault] = []
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as broken:
        raise CatalogueRefused((Fault(source, f"is not TOML: {broken}"),)) from broken
    read = _catalogue(Table(values, source, faults), source)
    faults.extend(rules.broken(read))
    if faults:
        raise CatalogueRefused(tuple(faults))
    return read


def _catalogue(root: Table, source: str) -> Catalogue:
    head, product = root.table("catalogue"), root.table("product")
    schema = head.whole("schema", least=1)
    if schema != SCHEMA:
        head.fault("schema", f"should be {SCHEMA}, is {schema}")
    generation = head.whole("generation", least=1)
    currency = head.text("currency")
    meters = _meters(root.table("meters"))
    grace = timedelta(days=head.whole("grace_days"))
    warn_at = _fractions(head)
    downgrade = _downgrade(head.table("downgrade"))
    plans = _plans(root, meters, generation, currency)
    read = Catalogue(
        source=source,
        schema=schema,
        generation=generation,
        id=product.text("id"),
        name=product.text("name"),
        currency=currency,
        default_plan=product.text("default_plan"),
        terms=_terms(product, plans, generation),
        warn_at=warn_at,
        grace=grace,
        downgrade=downgrade,
        meters=meters,
        refunds_unused=head.flag("refund_unused_time"),
        plans=tuple(sorted(plans, key=lambda plan: (plan.rank, -plan.generation))),
    )
    for table in (root, head, product):
        table.nothing_else()
    return read


def _fractions(head: Table) -> tuple[float, ...]:
    written = head.list("warn_at")
    fractions = tuple(f for f in written if isinstance(f, float) and 0 < f <= 1)
    if len(fractions) != len(written) or list(fractions) != sorted(set(fractions)):
        head.fault("warn_at", "should be rising fractions such as [0.8, 1.0]")
    return fractions


def _downgrade(table: Table) -> Mapping[Feature, Downgrade]:
    rows: dict[Feature, Downgrade] = {}
    for key in table.values:
        rule = table.choice(key, Downgrade, Downgrade.READ_ONLY)
        if key not in FEATURES:
            table.fault(key, "is not a feature of the product")
            continue
        rows[FEATURES[key]] = rule
    return MappingProxyType(rows)


def _meters(table: Table) -> Mapping[Feature, Meter]:
    meters: dict[Feature, Meter] = {}
    for key in table.values:
        row = table.table(key)
        feature = FEATURES.get(key)
        if feature is None:
            table.fault(key, "is not a feature the product asks about; look for a typing mistake")
            continue
        kind = row.choice("kind", Kind, KIND_OF[feature])
        if kind is not KIND_OF[feature]:
            row.fault(
                "kind", f"should be {KIND_OF[feature]}, which is how the product asks, is {kind}"
            )
        meters[feature] = _meter(row, feature, KIND_OF[feature])
        row.nothing_else()
    return MappingProxyType(meters)


_PERIODS = ("day", "month")
_WINDOWS = ("minute", "hour", "day")


def _meter(row: Table, feature: Feature, kind: Kind) -> Meter:
    period = row.text("period") if kind is Kind.QUOTA else None
    if period is not None and period not in _PERIODS:
        row.fault("period", f"should be one of {', '.join(_PERIODS)}, is {period!r}")
    window = row.text("window") if kind is Kind.RATE else None
    if window is not None and window not in _WINDOWS:
        row.fault("window", f"should be one of {', '.join(_WINDOWS)}, is {window!r}")
    levels = tuple(str(level) for level in row.list("levels")) if kind is Kind.LEVEL else ()
    if kind is Kind.LEVEL and (len(levels) < 2 or len(set(levels)) < len(levels)):  # noqa: PLR2004 - a ladder has two steps
        row.fault("levels", "should name at least two different levels, lowest first")
        levels = levels[:1] or ("none",)
    return Meter(
        feature=feature,
        kind=kind,
        period=period,
        window=window,
        levels=levels,
        unit=row.text("unit") if row.has("unit") else None,
        cost_meter=row.flag("cost_meter"),
    )


def _terms(product: Table, plans: list[Plan], generation: int) -> tuple[int, ...]:
    """The months one can buy; where the file names none, those its prices are for."""
    if not product.has("terms"):
        current = [plan for plan in plans if plan.generation == generation]
        return tuple(sorted({price.interval.months for plan in current for price in plan.on_offer}))
    written = product.list("terms")
    terms = tuple(m for m in written if m in {i.months for i in Interval} and isinstance(m, int))
    if len(terms) != len(written) or not terms:
        product.fault("terms", "should list months among 1 and 12")
    return terms


def _plans(
    root: Table, meters: Mapping[Feature, Meter], generation: int, currency: str
) -> list[Plan]:
    plans: list[Plan] = []
    for row in root.tables("plans"):
        own = row.whole("generation", generation, least=1)
        extends = row.text("extends") if row.has("extends") else None
        parent = next((p for p in plans if p.id == extends and p.generation == own), None)
        if extends and parent is None:
            row.fault("extends", f"should name a plan written above it, {extends!r} is none")
        plans.append(
            Plan(
                id=row.text("id"),
                number=row.whole("number", least=1),
                generation=own,
                rank=row.whole("rank"),
                name=row.text("name"),
                tagline=row.text("tagline"),
                checkout=row.choice("checkout", Checkout, Checkout.NONE),
                limits=_limits(row.table("limits"), meters, parent),
                extends=extends,
                trial_days=row.whole("trial_days") if row.has("trial_days") else None,
                trial_end=row.choice("trial_end", TrialEnd, TrialEnd.CANCEL)
                if row.has("trial_end")
                else None,
                promotion_codes=row.flag("promotion_codes"),
                seats_follow=row.flag("seats_follow_members"),
                pause_days=row.whole("pause_days", least=1) if row.has("pause_days") else None,
                prices=tuple(_price(price, currency) for price in row.tables("prices")),
            )
        )
        row.nothing_else()
    return plans


def _price(row: Table, currency: str) -> Price:
    per = row.text("per", "subscription")
    if per not in {"subscription", "seat"}:
        row.fault("per", f"should be seat or subscription, is {per!r}")
    read = Price(
        lookup_key=row.text("lookup_key"),
        interval=row.choice("interval", Interval, Interval.MONTH),
        amount=Money(row.whole("amount", least=1), currency),
        per_seat=per == "seat",
        min_seats=row.whole("min", 1, least=1),
        provisional=row.flag("provisional"),
        retired=row.flag("retired"),
    )
    row.nothing_else()
    return read


def _limits(table: Table, meters: Mapping[Feature, Meter], parent: Plan | None) -> Limits:
    effective = {f: parent.limits[f] if parent else meter.nothing for f, meter in meters.items()}
    for key in table.values:
        feature = FEATURES.get(key)
        if feature is None or feature not in meters:
            table.fault(key, "is not among the catalogue's meters; look for a typing mistake")
            continue
        try:
            effective[feature] = limits.read(
                meters[feature], table.raw(key), inherited=effective[feature]
            )
        except limits.WrongLimit as wrong:
            table.fault(key, str(wrong))
    return MappingProxyType(effective)
