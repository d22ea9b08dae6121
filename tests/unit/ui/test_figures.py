import pytest

from saas_app.ui import figures
from saas_app.ui.pages.alerts import rows


@pytest.mark.parametrize(
    ("written", "number"),
    [(" 12,345,678.5 ", 12345678.5), ("1 000", 1000), ("-1,000", -1000), ("0.5", 0.5), ("1", 1)],
)
def test_commas_set_off_thousands(written, number):
    assert figures.number(written) == number


@pytest.mark.parametrize("written", ["0,5", "1,00", "0,500", "1,0000", "1,000 000", "", "x"])
def test_a_comma_anywhere_else_is_no_number(written):
    with pytest.raises(ValueError, match="could not convert"):
        figures.number(written)


def test_an_alert_keeps_what_is_no_number_as_it_was_written():
    assert rows.given("level_touch", {}) == {}
    assert rows.given("crosses_up", {"price": "1,5"}) == {"price": "1,5"}
    assert rows.given("crosses_up", {"price": "1,500"}) == {"price": 1500.0}
