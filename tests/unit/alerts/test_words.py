"""Every condition can be said, with its figures and in the market's digits."""

import pytest

from saas_app.alerts.conditions import CONDITIONS, Choice, Kind
from saas_app.alerts.words import said

FIGURES = {"price": 1.085, "low": 1.08, "high": 1.09}


@pytest.mark.parametrize("kind", list(Kind))
def test_every_condition_is_a_sentence_without_holes(kind):
    asked = CONDITIONS[kind].figures
    for pick in range(3):
        figures = {
            name: each.offered[pick % len(each.offered)]
            if isinstance(each, Choice)
            else FIGURES.get(name, each.usual)
            for name, each in asked.items()
        }
        sentence = said("EURUSD", kind, figures)
        assert sentence
        assert "{" not in sentence


def test_prices_have_the_markets_digits():
    assert said("EURUSD", "crosses", {"price": 1.085}) == "crosses 1.08500"
