"""The plans for sale and those once sold, as frozen values. Reads one TOML file; knows no customer."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from pathlib import Path

from saas_app.core.money import Money
from saas_app.plans.features import Feature, Limits, Meter

# What the lookup key of a contract's own price begins with: `contract:{plan}:{generation}:{key}`.
CONTRACT = "contract:"


class Interval(StrEnum):
    MONTH = "month"
    YEAR = "year"

    @property
    def months(self) -> int:
        return 1 if self is Interval.MONTH else 12


class Checkout(StrEnum):
    NONE = "none"  # nothing to pay
    SELF = "self"  # bought on the page
    CONTACT = "contact"  # by contract


class TrialEnd(StrEnum):
    """What a trial without a card becomes when its days are over."""

    CHARGE = "charge"
    CANCEL = "cancel"
    PAUSE = "pause"

    @property
    def missing_payment_method(self) -> str:
        """The same choice in Stripe's `trial_settings.end_behavior`."""
        return "create_invoice" if self is TrialEnd.CHARGE else self.value

    @property
    def needs_card(self) -> bool:
        """Whether Checkout asks for a card before the trial: an invoice needs somebody to pay it."""
        return self is TrialEnd.CHARGE


class Downgrade(StrEnum):
    """What becomes of a stock that exceeds a smaller plan; nothing is deleted."""

    FREEZE_NEWEST = "freeze_newest"
    READ_ONLY = "read_only"
    SUSPEND_NEWEST = "suspend_newest"


@dataclass(frozen=True, slots=True)
class Price:
    lookup_key: str
    interval: Interval
    amount: Money
    per_seat: bool = False
    min_seats: int = 1
    provisional: bool = False  # a number nobody has decided yet; live mode refuses it
    retired: bool = False  # still paid by those who have it, offered to nobody


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    id: str
    number: int  # for callers that know plans by integers
    generation: int
    rank: int
    name: str
    tagline: str
    checkout: Checkout
    limits: Limits
    extends: str | None = None
    trial_days: int | None = None
    trial_end: TrialEnd | None = None
    promotion_codes: bool = False
    prices: tuple[Price, ...] = ()
    pause_days: int | None = None  # how long it may be paused; None: not at all
    seats_follow: bool = False  # the seats paid for are the members there are, nobody buys them

    def price(self, interval: Interval) -> Price | None:
        """The price a newcomer pays."""
        return next((p for p in self.on_offer if p.interval is interval), None)

    @property
    def on_offer(self) -> tuple[Price, ...]:
        return tuple(price for price in self.prices if not price.retired)

    @property
    def sold_per_seat(self) -> bool:
        return any(price.per_seat for price in self.prices)


@dataclass(frozen=True, slots=True, eq=False)
class Catalogue:
    """One product. Plans of an older generation stay readable here and are offered nowhere."""

    source: str
    schema: int
    generation: int
    id: str
    name: str
    currency: str
    default_plan: str
    terms: tuple[int, ...]
    warn_at: tuple[float, ...]
    grace: timedelta
    downgrade: Mapping[Feature, Downgrade]
    meters: Mapping[Feature, Meter]
    plans: tuple[Plan, ...]  # every generation, by rank
    refunds_unused: bool = False  # ending at once gives back what was paid and not used

    @property
    def for_sale(self) -> tuple[Plan, ...]:
        """The current generation, lowest rank first: what a pricing page shows."""
        return tuple(plan for plan in self.plans if plan.generation == self.generation)

    @property
    def default(self) -> Plan:
        return self.plan(self.default_plan)

    def plan(self, plan_id: str, generation: int | None = None) -> Plan:
        """The plan of that name, of today's generation unless told. Raises KeyError."""
        wanted = self.generation if generation is None else generation
        for plan in self.plans:
            if plan.id == plan_id and plan.generation == wanted:
                return plan
        raise KeyError(plan_id)

    def find(self, plan_id: str | None, generation: int | None = None) -> Plan | None:
        """As `plan`, for a name that came from outside or from a past catalogue."""
        try:
            return self.plan(plan_id, generation) if plan_id else None
        except KeyError:
            return None

    def numbered(self, number: int) -> Plan | None:
        """The plan for sale that an outside caller knows by this integer."""
        return next((plan for plan in self.for_sale if plan.number == number), None)

    def priced(self, lookup_key: str) -> tuple[Plan, Price] | None:
        """Whose price this is, in any generation, retired or not."""
        for plan in self.plans:
            for price in plan.prices:
                if price.lookup_key == lookup_key:
                    return plan, price
        return None

    def plan_of(self, lookup_key: str) -> Plan | None:
        """Which plan a price gives: one of the file's, or the plan a contract's price names."""
        known = self.priced(lookup_key)
        if known:
            return known[0]
        if not lookup_key.startswith(CONTRACT):
            return None
        plan, _, rest = lookup_key.removeprefix(CONTRACT).partition(":")
        generation = rest.partition(":")[0]
        return self.find(plan, int(generation) if generation.isdecimal() else None)

    def term(self, months: int) -> Interval | None:
        """The interval that a purchase by months means, or None where it is not among the terms."""
        return next((i for i in Interval if i.months == months and months in self.terms), None)

    def event_name(self, feature: Feature) -> str:
        """What the meter that counts this feature is called at the payment processor."""
        return f"{self.id}_{feature.value}"

    def offers(self, feature: Feature) -> bool:
        """Whether this product has the feature at all, in some plan."""
        return feature in self.meters


def load(source: Path | str) -> Catalogue:
    """The catalogue in this file, or in this text. Raises CatalogueRefused with every fault at once."""
    # The reader builds this module's values, so it can only be imported once they exist.
    from saas_app.plans import reader  # noqa: PLC0415

    if isinstance(source, Path):
        return reader.catalogue(source.read_text(encoding="utf-8"), source.name)
    return reader.catalogue(source, "catalogue")
