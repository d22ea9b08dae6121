from saas_app.plans.catalogue import load
from saas_app.plans.features import Feature
from saas_app.plans.table import highlights, limits_table
from tests.unit.plans.conftest import CATALOGS


def test_the_comparison_has_every_meter_and_every_plan(tidemark):
    rows = limits_table(tidemark)
    assert [row.feature for row in rows] == list(tidemark.meters)
    assert all([cell.plan for cell in row.cells] == ["free", "pro", "enterprise"] for row in rows)


def test_a_cell_says_how_many_or_that_there_is_none(tidemark):
    rows = {row.feature: row.cells for row in limits_table(tidemark)}
    assert [cell.count for cell in rows[Feature.SYMBOLS]] == [5, 15, 15]
    assert [cell.text for cell in rows[Feature.SMS]] == ["limit.no", "limit.no", "limit.sms"]
    assert [cell.text for cell in rows[Feature.INSIGHTS]][:2] == [
        "limit.insights.basic",
        "limit.insights.advanced",
    ]


def test_no_limit_has_its_own_words():
    signals = load(CATALOGS / "signals.toml")
    rows = {row.feature: row.cells for row in limits_table(signals)}
    assert [cell.text for cell in rows[Feature.API_REQUESTS]] == [
        "limit.api_requests",
        "limit.unlimited",
        "limit.unlimited",
    ]


def test_bullets_tell_only_what_is_new(tidemark):
    new = {cell.text for cell in highlights(tidemark, tidemark.plan("enterprise"))}
    assert "limit.seats" in new
    assert "limit.symbols" not in new


def test_the_first_plans_bullets_tell_all_it_has(tidemark):
    assert {cell.limit for cell in highlights(tidemark, tidemark.plan("free"))} >= {"basic", 60}
