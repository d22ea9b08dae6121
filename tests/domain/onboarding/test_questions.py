"""The wizard's table: which choices a plan opens, and which figures can be."""

import pytest

from saas_app.billing import offer
from saas_app.core.errors import Invalid
from saas_app.core.settings import settings
from saas_app.onboarding import questions
from saas_app.onboarding.questions import QUESTIONS
from saas_app.plans import access

THRESHOLDS = questions.find("thresholds")


def standing(catalogue="tidemark", plan=None):
    settings().catalog = catalogue
    offered = offer.catalogue()
    return access.granted(offered, plan or offered.default_plan)


def open_and_locked(question, of):
    found = questions.offered(questions.find(question), of)
    return (
        [each.choice for each in found if each.denied is None],
        {each.choice: each.denied.upgrade_to for each in found if each.denied},
    )


def test_a_channel_the_plan_lacks_is_shown_with_the_plan_that_has_it(configured):
    free = open_and_locked("channels", standing())
    assert free == (
        ["in_app"],
        {"email": "pro", "webhook": "pro", "telegram": "enterprise", "sms": "enterprise"},
    )
    assert open_and_locked("channels", standing(plan="pro"))[0] == ["in_app", "email", "webhook"]
    assert open_and_locked("channels", standing(plan="enterprise"))[1] == {}


def test_a_timeframe_the_plan_lacks_is_shown_with_the_plan_that_has_it(configured):
    opened, locked = open_and_locked("timeframes", standing())
    assert opened == ["H1", "H4", "D1"]
    assert set(locked.values()) == {"pro"}


def test_a_channel_that_no_plan_has_is_not_shown(configured):
    opened, locked = open_and_locked("channels", standing("terminal", "free"))
    offered = {*opened, *locked}
    assert offered == {
        item
        for plan in offer.catalogue().for_sale
        for item in plan.limits[questions.Feature.CHANNELS]
        if item in questions.find("channels").choices
    }


def test_a_product_without_channels_does_not_ask_for_them(configured):
    asked = [question.id for question in questions.asked(standing("signals"))]
    assert "channels" not in asked
    assert "timeframes" in asked
    assert [question.id for question in questions.asked(standing())] == [q.id for q in QUESTIONS]


def test_a_product_that_does_not_limit_timeframes_offers_all(configured):
    opened, locked = open_and_locked("timeframes", standing("datilio"))
    assert (len(opened), locked) == (9, {})


@pytest.mark.parametrize(
    ("multiple", "minimum"),
    [("1", "0"), ("20", "1000000000"), ("2.5", "10,000"), ("2,5", "10 000"), ("", ""), (" 3 ", "")],
)
def test_figures_within_their_bounds_are_taken(multiple, minimum):
    found = questions.typed(THRESHOLDS, {"volume_multiple": multiple, "minimum_volume": minimum})
    assert [figure is None for figure in found.values()] == [not multiple, not minimum]


@pytest.mark.parametrize(
    "multiple", ["0.9", "20.1", "2.55", "nan", "inf", "-2", "two", "1e9", "2x"]
)
@pytest.mark.parametrize("minimum", ["-1", "1000000001", "1.5", "NaN", "many", "9e-99999"])
def test_every_figure_that_cannot_be_is_named_at_once(multiple, minimum):
    with pytest.raises(Invalid) as refused:
        questions.typed(THRESHOLDS, {"volume_multiple": multiple, "minimum_volume": minimum})
    assert set(refused.value.fields) == {"volume_multiple", "minimum_volume"}
    assert "1 to 20" in refused.value.fields["volume_multiple"]
    assert "1,000,000,000" in refused.value.fields["minimum_volume"]


def test_every_preset_is_a_figure_that_can_be():
    for number in THRESHOLDS.numbers:
        for preset in number.presets:
            assert questions.typed(THRESHOLDS, {number.id: preset})[number.id] is not None
