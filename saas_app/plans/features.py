"""Everything a plan can grant, and how each grant is measured. Holds no plan and no number."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias, assert_never


class Kind(StrEnum):
    """How a feature is measured, and with it which question `decide` answers."""

    FLAG = "flag"  # had or not
    LEVEL = "level"  # a step on a ladder
    SET = "set"  # named items
    STOCK = "stock"  # things kept at the same time
    QUOTA = "quota"  # things used per calendar period
    RATE = "rate"  # calls in a sliding window
    CAP = "cap"  # the size of one thing
    EVERY = "every"  # seconds between two turns; fewer is more


class Feature(StrEnum):
    SYMBOLS = "symbols"
    TIMEFRAMES = "timeframes"
    CHANNELS = "channels"
    EXPORTS = "exports"
    COLUMNS = "columns"
    TEAM_ROLES = "team_roles"
    WATCHLIST_ITEMS = "watchlist_items"
    ALERTS_ACTIVE = "alerts_active"
    SEATS = "seats"
    FILES = "files"
    FILE_SIZE_MB = "file_size_mb"
    API_REQUESTS = "api_requests"
    REFRESH_S = "refresh_s"
    AI_PROMPTS = "ai_prompts"
    AI_TOKENS = "ai_tokens"
    SYNTHETIC_ROWS = "synthetic_rows"
    SMS = "sms"
    CHARTS = "charts"
    SCANNER = "scanner"
    INSIGHTS = "insights"
    TUTORIAL = "tutorial"
    AI_ADVANCED = "ai_advanced"
    SENTIMENT = "sentiment"
    LIVE_TRADING = "live_trading"
    FIX_CONNECTIVITY = "fix_connectivity"
    CUSTOM_RISK_MODELS = "custom_risk_models"
    ALERT_FILTERS = "alert_filters"
    MANUAL_REFRESH = "manual_refresh"


# The product's code asks about a feature in one way, so its kind is fixed here; a catalogue
# repeats it to be readable alone, and the validator holds the two together.
KIND_OF: Mapping[Feature, Kind] = {
    Feature.SYMBOLS: Kind.SET,
    Feature.TIMEFRAMES: Kind.SET,
    Feature.CHANNELS: Kind.SET,
    Feature.EXPORTS: Kind.SET,
    Feature.COLUMNS: Kind.SET,
    Feature.TEAM_ROLES: Kind.SET,
    Feature.WATCHLIST_ITEMS: Kind.STOCK,
    Feature.ALERTS_ACTIVE: Kind.STOCK,
    Feature.SEATS: Kind.STOCK,
    Feature.FILES: Kind.STOCK,
    Feature.FILE_SIZE_MB: Kind.CAP,
    Feature.API_REQUESTS: Kind.RATE,
    Feature.REFRESH_S: Kind.EVERY,
    Feature.AI_PROMPTS: Kind.QUOTA,
    Feature.AI_TOKENS: Kind.QUOTA,
    Feature.SYNTHETIC_ROWS: Kind.QUOTA,
    Feature.SMS: Kind.QUOTA,
    Feature.CHARTS: Kind.LEVEL,
    Feature.SCANNER: Kind.LEVEL,
    Feature.INSIGHTS: Kind.LEVEL,
    Feature.TUTORIAL: Kind.FLAG,
    Feature.AI_ADVANCED: Kind.FLAG,
    Feature.SENTIMENT: Kind.FLAG,
    Feature.LIVE_TRADING: Kind.FLAG,
    Feature.FIX_CONNECTIVITY: Kind.FLAG,
    Feature.CUSTOM_RISK_MODELS: Kind.FLAG,
    Feature.ALERT_FILTERS: Kind.FLAG,
    Feature.MANUAL_REFRESH: Kind.FLAG,
}

FEATURES: Mapping[str, Feature] = {feature.value: feature for feature in Feature}

# A flag is a bool, a level its name, a set a frozenset, everything counted an int;
# None is "unlimited" and only for what is counted.
Limit: TypeAlias = bool | str | frozenset[str] | int | None
Limits: TypeAlias = Mapping[Feature, Limit]


@dataclass(frozen=True, slots=True)
class Meter:
    """What one limit key means in one catalogue."""

    feature: Feature
    kind: Kind
    period: str | None = None  # quota: day | month
    window: str | None = None  # rate: minute | hour | day
    levels: tuple[str, ...] = ()  # level: lowest first
    unit: str | None = None  # cap: MB
    cost_meter: bool = False  # each unit costs us money, so it is also a bill

    @property
    def nothing(self) -> Limit:
        """The limit of a plan that does not mention this feature."""
        match self.kind:
            case Kind.FLAG:
                return False
            case Kind.LEVEL:
                return self.levels[0]
            case Kind.SET:
                return frozenset()
            case Kind.STOCK | Kind.QUOTA | Kind.RATE | Kind.CAP:
                return 0
            case Kind.EVERY:
                # A wait nobody lives through: the one honest "never" of a kind where less is more.
                return 2**31 - 1
            case _:
                assert_never(self.kind)


def gives_at_least(meter: Meter, more: Limit, less: Limit) -> bool:
    """Whether somebody moving from `less` to `more` loses nothing."""
    if isinstance(more, frozenset) and isinstance(less, frozenset):
        return less <= more
    if isinstance(more, str) and isinstance(less, str):
        return meter.levels.index(more) >= meter.levels.index(less)
    if more is None:
        return True
    if less is None or not isinstance(more, int) or not isinstance(less, int):
        return False
    return more <= less if meter.kind is Kind.EVERY else more >= less


def plain(limit: Limit) -> bool | str | list[str] | int | None:
    """The limit as JSON carries it: a set becomes a sorted list, null is unlimited."""
    return sorted(limit) if isinstance(limit, frozenset) else limit
