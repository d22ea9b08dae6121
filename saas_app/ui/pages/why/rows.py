"""An explanation as lines of a page. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass

from saas_app.core import dates
from saas_app.core.texts import text
from saas_app.entitlements.explanation import Explanation

_MANY = 12


@dataclass(frozen=True, slots=True)
class Fact:
    label: str
    value: str


def facts(found: Explanation, zone: str) -> list[Fact]:
    """In the order in which they decide: the plan, what was agreed beside it, what is used, when."""
    return list(_facts(found, zone))


def _facts(found: Explanation, zone: str) -> Iterator[Fact]:
    yield _fact("plan", text("why.plan_value", plan=found.plan_name, generation=found.generation))
    yield _fact("standing", text(f"billing_page.badge.{found.reason}"))
    if found.grace_until:
        yield _fact("grace", dates.moment(found.grace_until, zone))
    yield _fact("plan_limit", _limit(found.plan_limit))
    if found.agreement:
        until = found.agreement.ends_at
        value = _limit(found.limit)
        yield _fact(
            "agreement",
            text("why.agreed_until", value=value, day=dates.day(until, zone)) if until else value,
        )
    if found.used is not None:
        yield _fact("used", f"{found.used:,}")
    if found.left is not None:
        yield _fact("left", f"{found.left:,}")
    if found.resets_at:
        yield _fact("resets", dates.moment(found.resets_at, zone))
    yield _fact("clock", dates.moment(found.at, zone))


def _fact(name: str, value: str) -> Fact:
    return Fact(text(f"why.fact.{name}"), value)


def _limit(limit: bool | str | list[str] | int | None) -> str:
    if limit is None:
        return text("why.unlimited")
    if isinstance(limit, bool):
        return text("why.included") if limit else text("why.not_included")
    if isinstance(limit, list):
        shown = ", ".join(limit[:_MANY]) or text("why.not_included")
        return (
            text("why.and_more", shown=shown, more=len(limit) - _MANY)
            if len(limit) > _MANY
            else shown
        )
    return f"{limit:,}" if isinstance(limit, int) else limit
