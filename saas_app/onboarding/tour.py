"""The guided tour: one table of steps over the real pages. Pure: it points, it remembers nothing."""

from collections.abc import Iterator
from dataclasses import dataclass

from saas_app.plans.access import Access
from saas_app.plans.decide import Denied, decide
from saas_app.plans.features import Feature, Kind


@dataclass(frozen=True, slots=True)
class Step:
    """One thing shown. Its words stand under `tour.<id>`.

    `page` is the page's title key, `anchor` the `data-tour` of the element pointed at. `feature`
    must be part of the product; where a bigger plan has more of it, the step says which.
    """

    id: str
    page: str
    anchor: str
    feature: Feature | None = None
    edits: bool = False  # only for those who may change things here
    basic: bool = False  # left out for somebody who trades every day


STEPS: tuple[Step, ...] = (
    Step("movers", "dashboard", "movers", basic=True),
    Step("watched", "dashboard", "watched", Feature.WATCHLIST_ITEMS),
    Step("limits", "dashboard", "limits"),
    Step("chart", "chart", "chart", basic=True),
    Step("frames", "chart", "frames", Feature.TIMEFRAMES),
    Step("levels", "chart", "levels"),
    Step("watch", "chart", "watch", Feature.WATCHLIST_ITEMS, edits=True),
    Step("list", "watchlists", "list", Feature.WATCHLIST_ITEMS),
    Step("add", "watchlists", "add", Feature.WATCHLIST_ITEMS, edits=True, basic=True),
    Step("plan", "settings_billing", "plan"),
    Step("usage", "settings_billing", "usage"),
    Step("notices", "notifications", "notices"),
    Step("preferences", "settings_profile", "preferences"),
)


@dataclass(frozen=True, slots=True)
class Shown:
    """A step as one person sees it; `more_with` names the plan that has more of it, or is empty."""

    step: Step
    more_with: str = ""

    @property
    def id(self) -> str:
        return self.step.id

    @property
    def page(self) -> str:
        return self.step.page


def steps(access: Access, *, experience: str = "", may_edit: bool = True) -> tuple[Shown, ...]:
    """The steps that make sense for this plan, role and experience, in order."""
    return tuple(
        Shown(step, _more_with(access, step.feature))
        for step in STEPS
        if (step.feature is None or access.catalogue.offers(step.feature))
        and (may_edit or not step.edits)
        and not (step.basic and experience == "daily")
    )


def place(shown: tuple[Shown, ...], step_id: str) -> int:
    """The number of that step; of one that is not for this person, the next that is."""
    order = [step.id for step in STEPS]
    if step_id not in order:
        return 0
    at = order.index(step_id)
    return next(
        (number for number, each in enumerate(shown) if order.index(each.id) >= at),
        len(shown) - 1,
    )


def _more_with(access: Access, feature: Feature | None) -> str:
    """The name of the lowest plan that has more of it."""
    if feature is None:
        return ""
    for denied in _denials(access, feature):
        plan = access.catalogue.find(denied.upgrade_to)
        if plan is not None:
            return plan.name
    return ""


def _denials(access: Access, feature: Feature) -> Iterator[Denied]:
    limit = access.limits[feature]
    match access.catalogue.meters[feature].kind:
        case Kind.SET:
            given = {
                item
                for plan in access.catalogue.for_sale
                if isinstance(found := plan.limits[feature], frozenset)
                for item in found
            }
            answers = [decide(access, feature, item=item) for item in sorted(given)]
        case Kind.STOCK if isinstance(limit, int):
            answers = [decide(access, feature, used=limit)]
        case _:
            answers = []
    yield from (answer for answer in answers if isinstance(answer, Denied))
