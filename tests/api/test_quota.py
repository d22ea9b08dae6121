"""A plan's hourly promise: counted by workspace, for programs; pages have room of their own."""

import os
from datetime import timedelta

import pytest

from saas_app.core import clock, rate_limit
from tests.support.billing_world import add_member, buy, new_tenant, new_user

REDIS = os.environ.get("TEST_REDIS_URL", "")
CANDLES = "/api/candles/EURUSD/H1?limit=1"


@pytest.fixture
def ada(database):
    return new_tenant()


def calls(web, headers, count, path=CANDLES):
    return [web.get(path, headers=headers) for _ in range(count)]


def test_the_sixty_first_call_of_an_hour_is_refused_on_free(web, ada):
    headers = web.as_program(ada)
    answers = calls(web, headers, 60)
    assert {answer.status_code for answer in answers} == {200}
    refused = web.get(CANDLES, headers=headers)
    assert refused.status_code == 429
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.json()["code"] == "too_many_requests"
    assert 0 < int(refused.headers["retry-after"]) <= 3601
    assert refused.headers["ratelimit-policy"] == '"hour";q=60;w=3600'
    assert refused.headers["ratelimit"].startswith('"hour";r=0;t=')
    assert refused.headers["x-ratelimit-remaining"] == "0"


def test_each_answer_says_what_is_left(web, ada):
    first, second = calls(web, web.as_program(ada), 2)
    assert first.headers["ratelimit"].startswith('"hour";r=59;t=')
    assert second.headers["x-ratelimit-remaining"] == "58"
    assert second.headers["x-ratelimit-limit"] == "60"


def test_candles_and_levels_share_one_hour_and_so_do_the_people_of_a_workspace(web, ada):
    ben = new_user("ben")
    add_member(ada, ben)
    calls(web, web.as_program(ada), 1)
    answer = web.get("/api/indicators/EURUSD/H1?limit=1", headers=web.as_program(ada, ben))
    assert answer.headers["x-ratelimit-remaining"] == "58"


def test_another_workspace_has_an_hour_of_its_own(web, ada):
    calls(web, web.as_program(ada), 3)
    mallory = web.as_program(new_tenant("mallory"))
    assert calls(web, mallory, 1)[0].headers["x-ratelimit-remaining"] == "59"


def test_a_page_is_not_counted_and_a_full_hour_does_not_close_it(web, ada):
    program, page = web.as_program(ada), web.as_browser(ada)
    shown = calls(web, page, 61)
    assert {answer.status_code for answer in shown} == {200}
    assert "ratelimit" not in shown[-1].headers
    assert calls(web, program, 1)[0].headers["x-ratelimit-remaining"] == "59"


def test_a_page_in_a_loop_is_slowed_down(web, ada):
    page = web.as_browser(ada)
    codes = [answer.status_code for answer in calls(web, page, 121)]
    assert codes == [200] * 120 + [429]


def test_the_hour_passes_by_the_wall_clock_and_not_by_the_sandboxs(web, ada):
    headers = web.as_program(ada)
    calls(web, headers, 60)
    clock.set_lead(timedelta(days=2))
    assert web.get(CANDLES, headers=headers).status_code == 429
    rate_limit.forget()  # as an hour later
    assert web.get(CANDLES, headers=headers).status_code == 200


def test_pro_has_three_hundred(web, shop):
    ada = new_tenant()
    buy(shop, ada)
    (answer,) = calls(web, web.as_program(ada), 1)
    assert answer.headers["ratelimit-policy"] == '"hour";q=300;w=3600'


def test_a_locked_chart_is_refused_with_the_limit_and_the_plan(web, ada):
    for path, feature in (("GBPJPY/H1", "symbols"), ("EURUSD/M5", "timeframes")):
        answer = web.get(f"/api/candles/{path}", headers=web.as_program(ada))
        assert (answer.status_code, answer.json()["code"]) == (403, "needs_upgrade")
        assert (answer.json()["feature"], answer.json()["upgrade_to"]) == (feature, "pro")
        assert "candles" not in answer.json()


@pytest.mark.redis
@pytest.mark.skipif(not REDIS, reason="TEST_REDIS_URL is not set")
def test_two_processes_share_the_hour_through_redis(web, ada, configured):
    configured.redis_url = REDIS
    rate_limit.forget()
    headers = web.as_program(ada)
    first = calls(web, headers, 1)[0].headers["x-ratelimit-remaining"]
    rate_limit.forget()  # another process knows nothing but Redis
    second = calls(web, headers, 1)[0].headers["x-ratelimit-remaining"]
    assert int(second) == int(first) - 1
