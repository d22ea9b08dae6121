"""The pages are drawn without a browser: every word is in the catalogue, every part is there."""

import json

import pytest

from saas_app.core.texts import under
from saas_app.ui.components import sparkline
from saas_app.ui.pages.market import rows
from saas_app.ui.pages.market.charts import page as charts
from saas_app.ui.pages.market.dashboard import page as dashboard
from saas_app.ui.pages.market.watchlists import page as watchlists


@pytest.mark.parametrize("page", [charts.page, dashboard.page, watchlists.page])
def test_the_page_draws(page):
    assert len(json.dumps(page().render(), default=str)) > 1000


def test_the_drawing_is_given_every_word_it_says():
    said = {"label", "loading", "failed", "retry", "go_live", "summary", "table", "time"}
    assert said <= set(under("chart.canvas"))


def test_a_sparkline_spans_its_box_and_never_leaves_it():
    drawn = [tuple(map(float, point.split(","))) for point in sparkline.points([3, 1, 2]).split()]
    assert [x for x, _ in drawn] == [0, 50, 100]
    assert all(0 <= y <= 30 for _, y in drawn)
    assert drawn[0][1] < drawn[2][1] < drawn[1][1]


@pytest.mark.parametrize("values", [[], [1.0]])
def test_too_few_prices_draw_nothing(values):
    assert sparkline.points(values) == ""


def test_a_price_that_never_moved_is_a_level_line():
    assert len({point.split(",")[1] for point in sparkline.points([2.0, 2.0, 2.0]).split()}) == 1


@pytest.mark.parametrize(
    ("change", "words", "tone"),
    [
        (0.0042, "+0.42 %", "up"),
        (-0.0042, "\N{MINUS SIGN}0.42 %", "down"),
        (0.00004, "0.00 %", "flat"),
        (-0.00004, "0.00 %", "flat"),
        (None, "no change known", "flat"),
    ],
)
def test_a_change_says_its_direction_unless_it_rounds_to_nothing(change, words, tone):
    assert (rows.share(change), rows.tone(change)) == (words, tone)
