"""The guided tour's table: adapted to plan, role and experience; a place is never lost."""

import pytest

from saas_app.billing import offer
from saas_app.core.settings import settings
from saas_app.onboarding import tour
from saas_app.plans import access

CATALOGUES = ("tidemark", "binance-dashboard", "terminal", "datilio", "signals")


def standing(catalogue="tidemark", plan=None):
    settings().catalog = catalogue
    offered = offer.catalogue()
    return access.granted(offered, plan or offered.default_plan)


def ids(shown):
    return [step.id for step in shown]


@pytest.mark.parametrize("name", CATALOGUES)
def test_no_step_speaks_of_what_the_product_does_not_have(configured, name):
    of = standing(name)
    shown = tour.steps(of)
    assert shown
    assert all(
        each.step.feature is None or of.catalogue.offers(each.step.feature) for each in shown
    )


def test_a_product_without_a_watchlist_is_shown_none(configured):
    assert {"watched", "watch", "list", "add"} & set(ids(tour.steps(standing("datilio")))) == set()


def test_a_step_names_the_plan_that_has_more_and_none_to_who_has_all(configured):
    def more(plan):
        shown = tour.steps(standing(plan=plan))
        return {step.id: step.more_with for step in shown if step.step.feature}

    assert more("free")["frames"] == "Pro"
    assert more("free")["add"] == "Pro"
    assert more("pro")["frames"] == ""
    assert more("pro")["add"] == "Enterprise"
    assert set(more("enterprise").values()) == {""}


def test_who_may_only_look_is_not_shown_how_to_change(configured):
    looking = tour.steps(standing(), may_edit=False)
    assert {"watch", "add"} & set(ids(looking)) == set()
    assert {"list", "levels"} <= set(ids(looking))


def test_who_trades_every_day_is_shown_less(configured):
    every, daily = tour.steps(standing()), tour.steps(standing(), experience="daily")
    assert ids(tour.steps(standing(), experience="new")) == ids(every)
    assert len(daily) < len(every)
    assert set(ids(daily)) < set(ids(every))


def test_a_place_is_found_again_also_when_its_step_is_not_for_this_person(configured):
    daily = tour.steps(standing(), experience="daily")
    assert daily[tour.place(daily, "levels")].id == "levels"
    assert daily[tour.place(daily, "chart")].id == "frames"  # left out: the next one
    assert tour.place(daily, "") == 0
    assert tour.place(daily, "a step of long ago") == 0


def test_a_place_beyond_the_last_step_is_the_last(configured):
    looking = tour.steps(standing("datilio"), may_edit=False)[:2]
    assert tour.place(looking, tour.STEPS[-1].id) == 1


def test_every_step_has_one_id_and_pages_are_walked_one_by_one():
    assert len({step.id for step in tour.STEPS}) == len(tour.STEPS)
    pages = [step.page for step in tour.STEPS]
    walked = [page for number, page in enumerate(pages) if number == 0 or pages[number - 1] != page]
    assert len(walked) == len(set(walked))
