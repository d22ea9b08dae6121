"""The checklist's rule: pure, so every case is a line."""

import pytest

from saas_app.onboarding import checklist
from saas_app.onboarding.checklist import Facts

ALL = {
    "answered": True,
    "watches": True,
    "toured": True,
    "practised": True,
    "protected": True,
    "named": True,
    "pictured": True,
}


def left(facts):
    return [line.id for line in checklist.lines(facts) if not line.done]


def test_whoever_did_nothing_has_everything_before_them():
    assert set(left(Facts())) == {item.id for item in checklist.ITEMS}
    assert not checklist.over(checklist.lines(Facts()))


def test_whoever_did_everything_is_through():
    assert checklist.over(checklist.lines(Facts(**ALL)))


@pytest.mark.parametrize(
    ("fact", "step"),
    [
        ("answered", "wizard"),
        ("watches", "watchlist"),
        ("toured", "tour"),
        ("practised", "tutorial"),
        ("protected", "second_factor"),
        ("named", "name"),
        ("pictured", "picture"),
    ],
)
def test_one_thing_undone_is_the_one_step_left(fact, step):
    assert left(Facts(**{**ALL, fact: False})) == [step]


def test_what_is_done_stands_last():
    lines = checklist.lines(Facts(answered=True, toured=True))
    assert [line.done for line in lines] == sorted(line.done for line in lines)


def test_experience_decides_what_comes_first_and_what_is_left_out():
    assert left(Facts(experience="new"))[0] == "tutorial"
    assert left(Facts(experience="some"))[0] == "wizard"
    assert "tutorial" not in left(Facts(experience="daily"))


def test_nothing_is_asked_that_the_product_does_not_have():
    bare = left(Facts(has_watchlist=False, has_tutorial=False))
    assert {"watchlist", "tutorial"} & set(bare) == set()
