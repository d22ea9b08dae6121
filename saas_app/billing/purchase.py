"""Whether what somebody wants to buy is for sale. Pure but for reading which catalogue is ours."""

from dataclasses import dataclass

from saas_app.billing import offer
from saas_app.core.errors import Invalid
from saas_app.plans.catalogue import Catalogue, Checkout, Interval, Plan, Price
from saas_app.plans.features import Feature

_NOTHING = "Nothing was ordered or charged."


@dataclass(frozen=True, slots=True)
class Purchase:
    plan: Plan
    price: Price
    seats: int

    @property
    def without_card(self) -> str | None:
        """What a trial becomes when no card was left; None where a card is asked for first."""
        end = self.plan.trial_end
        return end.missing_payment_method if end and not end.needs_card else None

    def order(self, trial_days: int | None) -> str:
        """The purchase in one word: two of the same word may share a payment page."""
        return f"{self.price.lookup_key}:{self.seats}:{trial_days or 0}"


def wanted(plan_id: str, interval: str, seats: int) -> Purchase:
    """Raises Invalid, with every field that is wrong at once."""
    catalogue = offer.catalogue()
    plan = catalogue.find(plan_id)
    if plan is None or plan.checkout is not Checkout.SELF:
        raise Invalid(
            f"That plan cannot be bought here. {_NOTHING}",
            fields={"plan": _plans_sentence(catalogue, plan)},
        )
    price = next((p for p in plan.on_offer if p.interval.value == interval), None)
    faults = {"interval": _intervals_sentence(plan)} if price is None else {}
    if price is not None and (fault := seats_fault(plan, price, seats)):
        faults = {**faults, "seats": fault}
    if price is None or faults:
        raise Invalid(f"{plan.name} is not sold like that. {_NOTHING}", fields=faults)
    return Purchase(plan, price, seats)


def _plans_sentence(catalogue: Catalogue, plan: Plan | None) -> str:
    if plan is not None and plan.checkout is Checkout.CONTACT:
        return f"{plan.name} is sold by contract: write to us and we will set it up together."
    names = " or ".join(p.id for p in catalogue.for_sale if p.checkout is Checkout.SELF)
    return f"Choose {names}."


def _intervals_sentence(plan: Plan) -> str:
    return f"Choose {' or '.join(i.value for i in Interval if plan.price(i))}."


def seats_fault(plan: Plan, price: Price, seats: int) -> str | None:
    if not price.per_seat:
        return None if seats == 1 else f"{plan.name} is not sold by the seat: leave seats at 1."
    most = plan.limits.get(Feature.SEATS)
    if seats < price.min_seats:
        return f"{plan.name} starts at {price.min_seats} seats."
    if isinstance(most, int) and seats > most:
        return f"{plan.name} goes up to {most} seats; for more, write to us."
    return None
