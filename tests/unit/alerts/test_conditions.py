"""What an alert may ask for: every figure is bounded, and every fault has its sentence."""

import contextlib
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saas_app.alerts.conditions import CONDITIONS, Choice, Faulty, Kind, checked
from saas_app.alerts.crossing import marks


def usual(kind):
    """The figures a form begins with."""
    figures = {}
    for name, asked in CONDITIONS[kind].figures.items():
        if isinstance(asked, Choice) or not asked.price:
            figures[name] = asked.usual
        else:
            figures[name] = 110.0 if name == "high" else 100.0
    return figures


@pytest.mark.parametrize("kind", list(Kind))
def test_every_kind_takes_its_usual_figures_and_keeps_them(kind):
    assert checked(kind, usual(kind), price=100.0) == (kind, usual(kind))


@pytest.mark.parametrize("kind", list(Kind))
def test_what_is_left_out_is_usual_but_never_a_price(kind):
    priced = [n for n, each in CONDITIONS[kind].figures.items() if getattr(each, "price", False)]
    if not priced:
        assert checked(kind, {}, price=100.0)[1] == usual(kind)
        return
    with pytest.raises(Faulty) as wrong:
        checked(kind, {}, price=100.0)
    assert set(wrong.value.fields) == set(priced)


@pytest.mark.parametrize(
    ("kind", "figures", "field"),
    [
        ("tulips", {}, "kind"),
        ("crosses", {"price": "101"}, "price"),
        ("crosses", {"price": True}, "price"),
        ("crosses", {"price": math.nan}, "price"),
        ("crosses", {"price": math.inf}, "price"),
        ("crosses", {"price": -1.0}, "price"),
        ("crosses", {"price": 1e9}, "price"),
        ("crosses", {"price": 9.0}, "price"),
        ("crosses", {"price": 101.0, "mood": 1}, "mood"),
        ("enters_band", {"low": 100.0, "high": 100.0}, "high"),
        ("moves", {"percent": 0}, "percent"),
        ("moves", {"bars": 1.5}, "bars"),
        ("moves", {"direction": "sideways"}, "direction"),
        ("moves", {"direction": 1}, "direction"),
        ("averages_cross", {"fast": 50, "slow": 50}, "slow"),
        ("rsi_crosses", {"level": 100}, "level"),
    ],
)
def test_a_figure_that_means_nothing_is_named(kind, figures, field):
    with pytest.raises(Faulty) as wrong:
        checked(kind, figures, price=100.0)
    assert set(wrong.value.fields) == {field}


@given(
    st.sampled_from(list(Kind)),
    st.dictionaries(
        st.sampled_from(["price", "low", "high", "percent", "bars", "direction", "touches", "x"]),
        st.one_of(
            st.floats(), st.integers(), st.text("any1.\0", max_size=5), st.none(), st.booleans()
        ),
    ),
)
def test_whatever_is_sent_is_kept_checked_or_refused_in_words(kind, figures):
    with contextlib.suppress(Faulty):
        _, kept = checked(kind, figures, price=100.0)
        assert kept.keys() == CONDITIONS[kind].figures.keys()
        marks(kind, kept)
