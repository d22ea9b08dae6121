"""Each kind of limit one below, on it, and one above."""

from timeit import repeat

import pytest

from saas_app.plans import access, catalogue
from saas_app.plans.decide import Allowed, Denied, Why, decide, excess, warning
from saas_app.plans.features import Feature


@pytest.fixture
def small(written):
    read = catalogue.load(written())
    return lambda plan, **overrides: access.granted(read, plan, overrides=overrides)


@pytest.mark.parametrize("feature", [Feature.FILES, Feature.AI_PROMPTS, Feature.API_REQUESTS])
@pytest.mark.parametrize(
    ("used", "adding", "fits"),
    [
        (1, 1, True),
        (2, 1, True),
        (3, 1, False),
        (0, 3, True),
        (0, 4, False),
        (9, 0, True),
        (9, -1, True),
    ],
)
def test_reaching_a_limit_is_fine_and_passing_it_is_not(small, feature, used, adding, fits):
    assert decide(small("free"), feature, used=used, adding=adding).allowed is fits


@pytest.mark.parametrize(("size", "fits"), [(2, True), (3, True), (4, False)])
def test_a_cap_measures_one_thing_whatever_is_there_already(small, size, fits):
    assert decide(small("free"), Feature.FILE_SIZE_MB, used=99, adding=size).allowed is fits


@pytest.mark.parametrize(("waited", "fits"), [(59, False), (60, True), (61, True)])
def test_a_turn_comes_when_the_wait_is_over(small, waited, fits):
    assert decide(small("free"), Feature.REFRESH_S, used=waited).allowed is fits


@pytest.mark.parametrize(
    ("plan", "level", "fits"),
    [
        ("free", "none", True),
        ("free", "basic", False),
        ("pro", "basic", True),
        ("pro", "full", False),
        ("desk", "full", True),
    ],
)
def test_a_level_covers_those_below_it(small, plan, level, fits):
    assert decide(small(plan), Feature.CHARTS, item=level).allowed is fits


@pytest.mark.parametrize(
    ("plan", "item", "fits"),
    [("free", "B", True), ("free", "C", False), ("pro", "C", True), ("pro", "Z", False)],
)
def test_a_set_allows_its_members(small, plan, item, fits):
    assert decide(small(plan), Feature.SYMBOLS, item=item).allowed is fits


@pytest.mark.parametrize(("plan", "fits"), [("free", False), ("pro", True)])
def test_a_flag_is_had_or_not(small, plan, fits):
    assert decide(small(plan), Feature.TUTORIAL).allowed is fits


def test_unlimited_has_no_last_one(small):
    assert decide(small("pro"), Feature.AI_PROMPTS, used=10**9) == Allowed(
        Feature.AI_PROMPTS, None, 10**9, None
    )


def test_an_answer_of_yes_says_how_many_are_left(on):
    assert decide(on("free"), Feature.WATCHLIST_ITEMS, used=3) == Allowed(
        Feature.WATCHLIST_ITEMS, 5, 3, 1
    )


def test_the_sixth_watchlist_item_is_refused_with_the_plan_that_would_do(on):
    assert decide(on("free"), Feature.WATCHLIST_ITEMS, used=5) == Denied(
        Feature.WATCHLIST_ITEMS, 5, 5, Why.LIMIT_REACHED, "pro"
    )


def test_a_locked_symbol_names_the_lowest_plan_that_has_it(on):
    refusal = decide(on("free"), Feature.SYMBOLS, item="GBPJPY")
    assert isinstance(refusal, Denied)
    assert (refusal.reason, refusal.code, refusal.upgrade_to) == (
        Why.NOT_INCLUDED,
        "needs_upgrade",
        "pro",
    )


@pytest.mark.parametrize(("used", "better"), [(50, "enterprise"), (500, None)])
def test_the_offer_skips_plans_that_would_refuse_too(on, used, better):
    refusal = decide(on("pro"), Feature.WATCHLIST_ITEMS, used=used)
    assert isinstance(refusal, Denied)
    assert (refusal.code, refusal.upgrade_to) == ("limit_reached", better)


def test_a_smaller_contract_is_never_answered_with_a_smaller_plan(on):
    refusal = decide(on("enterprise", alerts_active=1), Feature.ALERTS_ACTIVE, used=1)
    assert isinstance(refusal, Denied)
    assert refusal.upgrade_to is None


def test_nothing_of_a_counted_thing_is_not_included_rather_than_used_up(on):
    refusal = decide(on("pro"), Feature.SMS)
    assert isinstance(refusal, Denied)
    assert (refusal.reason, refusal.upgrade_to) == (Why.NOT_INCLUDED, "enterprise")


def test_what_the_product_does_not_have_is_sold_by_no_plan(on):
    assert decide(on("enterprise"), Feature.LIVE_TRADING) == Denied(
        Feature.LIVE_TRADING, None, 0, Why.NOT_OFFERED, None
    )


def test_a_set_must_be_asked_about_an_item(on):
    with pytest.raises(ValueError, match="which item"):
        decide(on("free"), Feature.SYMBOLS)


@pytest.mark.parametrize(("used", "beyond"), [(4, 0), (5, 0), (6, 1)])
def test_what_exceeds_a_smaller_plan_is_counted_not_lost(on, used, beyond):
    assert excess(on("free"), Feature.WATCHLIST_ITEMS, used) == beyond


@pytest.mark.parametrize(("used", "mark"), [(3, None), (4, 0.8), (5, 1.0), (6, 1.0)])
def test_notices_come_at_the_catalogues_marks(on, used, mark):
    assert warning(on("free"), Feature.WATCHLIST_ITEMS, used) == mark


def test_a_decision_takes_less_than_twenty_microseconds(on):
    free = on("free")
    questions = (
        lambda: decide(free, Feature.WATCHLIST_ITEMS, used=1),
        lambda: decide(free, Feature.WATCHLIST_ITEMS, used=5),
        lambda: decide(free, Feature.SYMBOLS, item="GBPJPY"),
    )
    for ask in questions:
        assert min(repeat(ask, number=1000, repeat=5)) / 1000 < 20e-6
