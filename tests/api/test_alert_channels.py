"""Where alerts go, over REST: set once, shown without its secret, tried out, taken away."""

import pytest
from pydantic import SecretStr
from sqlmodel import select

from saas_app.alerts import webhook_target
from saas_app.alerts.target_models import AlertWebhook
from saas_app.core.db import snapshot
from saas_app.workspaces.roles import Role
from tests.support import endpoint as double
from tests.support.billing_world import add_member, new_tenant, new_user
from tests.support.grants import grant

PATH = "/api/alerts/webhook"


@pytest.fixture
def ada(database):
    tenant = new_tenant()
    grant(tenant, "channels", ["in_app", "webhook", "telegram"])
    return tenant


@pytest.fixture
def endpoint(configured):
    configured.webhooks_to_loopback = True
    with double.listening() as listening:
        yield listening


def put(web, headers, url="https://hooks.example.com/tide"):
    return web.put(PATH, json={"url": url}, headers=headers)


def test_the_secret_is_shown_once_and_kept_sealed(web, ada):
    mine = web.as_browser(ada)
    answer = put(web, mine).json()
    assert answer["secret"].startswith("whsec_")
    shown = web.get(PATH, headers=mine).json()
    assert set(shown) == {"url", "created_at"}
    assert shown["url"] == answer["url"] == "https://hooks.example.com/tide"
    with snapshot() as session:
        row = session.exec(select(AlertWebhook)).one()
        assert answer["secret"] not in row.sealed_secret
        assert webhook_target.opened(row).secret == answer["secret"]


def test_setting_it_again_makes_a_new_secret(web, ada):
    mine = web.as_browser(ada)
    first, second = put(web, mine).json(), put(web, mine, "https://hooks.example.com/b").json()
    assert first["secret"] != second["secret"]
    assert web.get(PATH, headers=mine).json()["url"].endswith("/b")


@pytest.mark.parametrize(
    "url", ["http://example.com", "https://127.1", "https://a@b.example", "https://x:22", "", "x"]
)
def test_an_address_that_cannot_be_is_refused_and_nothing_changes(web, ada, url):
    mine = web.as_browser(ada)
    put(web, mine)
    answer = put(web, mine, url)
    assert answer.status_code == 422
    assert answer.json()["fields"]["url"]
    assert web.get(PATH, headers=mine).json()["url"] == "https://hooks.example.com/tide"


def test_what_is_taken_away_is_gone(web, ada):
    mine = web.as_browser(ada)
    put(web, mine)
    assert web.delete(PATH, headers=mine).status_code == 204
    assert web.get(PATH, headers=mine).status_code == 404
    assert web.post(f"{PATH}/test", headers=mine).status_code == 404


def test_a_test_says_what_came_of_it(web, ada, endpoint):
    mine = web.as_browser(ada)
    put(web, mine, endpoint.url)
    endpoint.answers = [200, 500]
    assert web.post(f"{PATH}/test", headers=mine).json()["delivered"] is True
    failed = web.post(f"{PATH}/test", headers=mine).json()
    assert (failed["delivered"], failed["status"]) == (False, None)
    assert "500" in failed["message"]
    assert [came.json["type"] for came in endpoint.came] == ["alert.test"] * 2
    assert endpoint.came[0].headers["webhook-signature"].startswith("v1,")


def test_tests_are_not_a_way_to_hammer_somebody(web, ada, endpoint):
    mine = web.as_browser(ada)
    put(web, mine, endpoint.url)
    answers = [web.post(f"{PATH}/test", headers=mine).status_code for _ in range(7)]
    assert answers == [200] * 5 + [429] * 2
    assert len(endpoint.came) == 5


def test_an_admin_may_and_others_may_not(web, ada):
    put(web, web.as_browser(ada))
    for role, expected in ((Role.ADMIN, 200), (Role.ANALYST, 403), (Role.VIEWER, 403)):
        person = new_user(role.value)
        add_member(ada, person, role)
        assert web.get(PATH, headers=web.as_browser(ada, person)).status_code == expected
        assert put(web, web.as_browser(ada, person)).status_code == expected


def test_anothers_webhook_is_untouched(web, ada):
    mallory = new_tenant("mallory")
    grant(mallory, "channels", ["webhook"])
    put(web, web.as_browser(ada))
    theirs = web.as_browser(mallory)
    assert web.delete(PATH, headers=theirs).status_code == 404
    put(web, theirs, "https://mallory.example")
    assert web.get(PATH, headers=web.as_browser(ada)).json()["url"].endswith("/tide")


def test_a_chat_is_linked_and_taken_away(web, ada, endpoint, configured):
    configured.telegram_bot_token = SecretStr("7:bot")
    configured.telegram_base_url = endpoint.url.removesuffix("/hook")
    mine, path = web.as_browser(ada), "/api/alerts/telegram"
    assert web.get(path, headers=mine).json()["linked"] is False
    code = web.post(path, headers=mine).json()["code"]
    told = {"chat": {"id": 42, "type": "private"}, "text": code}
    endpoint.answers = [double.said({"ok": True, "result": [{"update_id": 1, "message": told}]})]
    assert web.post(f"{path}/confirm", headers=mine).json()["linked"] is True
    assert web.get(path, headers=mine).json()["linked"] is True
    assert web.post(f"{path}/confirm", headers=mine).status_code == 409
    assert web.delete(path, headers=mine).status_code == 204
    assert web.get(path, headers=mine).json()["linked"] is False
