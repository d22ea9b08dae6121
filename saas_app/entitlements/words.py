"""A "no" from `decide` in words: which limit, how much is used, that nothing is lost, which plan lifts it."""

from typing import Any

from saas_app.core.texts import has, text
from saas_app.plans.access import Access
from saas_app.plans.decide import Allowed, Denied, Why
from saas_app.plans.features import Feature


def sentence(denied: Denied, access: Access) -> str:
    """The same words for the page, the API and the letter."""
    return f"{_what(denied, access)} {text('refusal.nothing_lost')} {_way_out(denied, access)}"


def granted(allowed: Allowed, access: Access, item: str | None) -> str:
    """A "yes" in words."""
    facts: dict[str, Any] = {
        "plan": plan_name(access),
        "feature": label(allowed.feature),
        "limit": allowed.limit,
        "used": allowed.used,
        "item": item or "",
    }
    if allowed.left is None:
        return text("granted.item" if item else "granted.whole", **facts)
    return text("granted.counted", **facts)


def label(feature: Feature) -> str:
    """The feature as it reads inside a sentence: "watchlist items"."""
    key = f"refusal.feature.{feature.value}"
    return text(key) if has(key) else feature.value.replace("_", " ")


def plan_name(access: Access) -> str:
    return _name(access.plan, access)


def _what(denied: Denied, access: Access) -> str:
    facts: dict[str, Any] = {
        "plan": plan_name(access),
        "feature": label(denied.feature),
        "limit": denied.limit,
        "used": denied.used,
        "item": denied.item or "",
    }
    match denied.reason:
        case Why.LIMIT_REACHED:
            return text("refusal.limit_reached", **facts)
        case Why.NOT_INCLUDED if has(level := f"limit.{denied.feature}.{denied.item}"):
            return text("refusal.level_not_included", plan=facts["plan"], level=text(level))
        case Why.NOT_INCLUDED:
            one = "refusal.item_not_included" if denied.item else "refusal.not_included"
            return text(one, **facts)
        case Why.NOT_OFFERED:
            return text("refusal.not_offered", **facts)


def _way_out(denied: Denied, access: Access) -> str:
    plan = access.catalogue.find(denied.upgrade_to)
    if plan is None:
        return text("refusal.no_plan_lifts")
    limit = plan.limits.get(denied.feature)
    if denied.reason is Why.LIMIT_REACHED and isinstance(limit, int):
        return text("refusal.plan_lifts_to", plan=plan.name, limit=limit)
    return text("refusal.plan_lifts", plan=plan.name)


def _name(plan_id: str, access: Access) -> str:
    plan = access.catalogue.find(plan_id, access.generation)
    return plan.name if plan else plan_id
