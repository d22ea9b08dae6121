from dataclasses import replace

import pytest

from saas_app.billing import offer
from saas_app.core.money import Money
from saas_app.core.settings import settings
from saas_app.plans import table
from saas_app.plans.catalogue import Checkout, Interval
from saas_app.ui import words
from saas_app.ui.pages.landing import page as landing
from saas_app.ui.pages.pricing import page as pricing
from saas_app.ui.pages.pricing import parts

CATALOGUES = ("tidemark", "binance-dashboard", "terminal", "datilio", "signals")


@pytest.fixture(params=CATALOGUES)
def catalogue(request, configured):
    settings().catalog = request.param
    return offer.catalogue()


def rendered(component):
    return str(component.render())


def test_the_pages_that_show_plans_render(catalogue):
    assert rendered(pricing.page())
    assert rendered(landing.page())


def test_every_plan_has_its_card_with_its_name_its_price_and_its_way_in(catalogue):
    for plan in catalogue.for_sale:
        card = rendered(parts.card(catalogue, plan))
        assert plan.name in card
        assert plan.tagline in card
        for price in plan.on_offer:
            assert words.price(price.amount) in card
            assert f"/create-checkout?tier={plan.id}" in card
        if plan.checkout is Checkout.NONE:
            assert "/register" in card
        if plan.checkout is Checkout.CONTACT:
            assert 'to:"/enterprise"' in card
            assert "/create-checkout" not in card


def test_the_trial_that_is_promised_is_the_catalogues(catalogue):
    for plan in catalogue.for_sale:
        card = rendered(parts.card(catalogue, plan))
        assert ("-day trial" in card) == bool(plan.trial_days)
        if plan.trial_days:
            assert f"Start {plan.trial_days}-day trial" in card


def test_the_comparison_has_a_row_per_feature_and_a_cell_per_plan(catalogue):
    shown = rendered(parts.comparison(catalogue))
    rows = table.limits_table(catalogue)
    for row in rows:
        for cell in row.cells:
            assert words.limit(cell) in shown
    assert shown.count("scope") == len(rows) + len(catalogue.for_sale) + 1


def test_an_interval_can_be_chosen_only_where_there_are_two(catalogue):
    both = any(
        plan.price(Interval.MONTH) and plan.price(Interval.YEAR) for plan in catalogue.for_sale
    )
    assert ("aria-pressed" in rendered(parts.interval_switch(catalogue))) == both


def test_questions_speak_of_a_trial_only_where_there_is_one(catalogue):
    trials = [plan.trial_days for plan in catalogue.for_sale if plan.trial_days]
    asked = rendered(parts.questions(catalogue))
    assert ("end of the trial" in asked) == bool(trials)
    assert f"for {catalogue.grace.days} days while you mend" in asked


def test_the_saving_is_the_difference_to_twelve_months(configured):
    assert "save $58 a year" in rendered(parts.interval_switch(offer.catalogue()))


@pytest.mark.parametrize(
    ("months", "years", "saving"), [(1000, 10000, True), (1000, 12000, False), (1000, 13000, False)]
)
def test_a_year_that_saves_nothing_promises_nothing(months, years, saving, configured):
    catalogue = offer.catalogue()
    pro = catalogue.plan("pro")
    cents = {Interval.MONTH: months, Interval.YEAR: years}
    prices = tuple(replace(price, amount=Money(cents[price.interval])) for price in pro.prices)
    other = replace(catalogue, plans=(catalogue.default, replace(pro, prices=prices)))
    shown = rendered(parts.interval_switch(other))
    assert "aria-pressed" in shown
    assert ("save" in shown) == saving
