"""A text may say only the numbers it was given."""

import pytest

from saas_app.insights import numbers

GIVEN = ("1.12606", "-0.42", "41,149.90", "6", "80", "H1", "a quarter of it")


@pytest.mark.parametrize(
    "words",
    [
        "",
        "Nothing to report.",
        "EURUSD closed at 1.12606, down 0.42 % on H1.",
        "It ended at 41149.9. One could say calm; 80%, 6 candles.",
        "A quarter.",
    ],
)
def test_what_was_given_passes(words):
    assert numbers.added(words, GIVEN) == []


@pytest.mark.parametrize(
    ("words", "foreign"),
    [
        ("about 1.13", ["1.13"]),
        ("81 %.", ["81"]),
        ("60 candles", ["60"]),
        ("1.126.06", ["1.126.06"]),
        ("1,12606", ["1,12606"]),
        ("it doubled, by half", ["doubled", "half"]),
        ("Twenty of them", ["twenty"]),
        ("٨١", ["٨١"]),
    ],
)
def test_what_was_not_given_is_named(words, foreign):
    assert numbers.added(words, GIVEN) == foreign
