"""What of the insights a plan opens. Asks `decide`; draws nothing."""

from collections.abc import Mapping
from dataclasses import dataclass

from saas_app.entitlements.errors import refusal
from saas_app.plans.access import Access
from saas_app.plans.decide import Denied, decide
from saas_app.plans.features import Feature

BASIC, ADVANCED = "basic", "advanced"
PARTS: Mapping[str, str] = {
    "range": BASIC,
    "regime": BASIC,
    "anomaly": ADVANCED,
    "direction": ADVANCED,
}


@dataclass(frozen=True, slots=True)
class Scope:
    """`locked` has each part that the plan keeps shut, and what would open it."""

    opened: frozenset[str]
    locked: Mapping[str, Denied]


def of(access: Access) -> Scope:
    """Raises NeedsUpgrade where the plan has no insights at all.

    A product whose plans do not speak of insights does not limit them.
    """
    locked = {part: why for part, level in PARTS.items() if (why := _why_shut(access, level))}
    if len(locked) == len(PARTS):
        raise refusal(next(iter(locked.values())), access)
    return Scope(frozenset(PARTS) - set(locked), locked)


def _why_shut(access: Access, level: str) -> Denied | None:
    if not access.catalogue.offers(Feature.INSIGHTS):
        return None
    answer = decide(access, Feature.INSIGHTS, item=level)
    return answer if isinstance(answer, Denied) else None
