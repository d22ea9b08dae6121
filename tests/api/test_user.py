from datetime import timedelta

import pytest

from saas_app.accounts.people import addressee
from saas_app.core import clock, db
from saas_app.core.db import transaction
from saas_app.notifications import dispatch
from tests.support.billing_world import add_member, new_tenant, new_user


@pytest.fixture
def ada(database):
    return new_tenant()


@pytest.fixture
def headers(web, ada):
    return web.as_program(ada)


def tell(tenant, *keys):
    with transaction() as session:
        for key in keys:
            dispatch.notify(
                session, addressee(tenant.owner), key=key, kind="billing.started", plan=key
            )


def told(web, headers):
    answer = web.get("/api/notifications", headers=headers).json()
    return answer["unread"], [row["data"]["plan"] for row in answer["notifications"]]


def test_a_profile_says_who_one_is_and_on_which_plan(web, ada, headers):
    assert web.get("/api/user/profile", headers=headers).json() == {
        "id": ada.owner.id,
        "email": "ada@example.com",
        "name": "Ada",
        "bio": "",
        "theme": "dark",
        "density": "comfortable",
        "time_zone": "UTC",
        "picture": None,
        "plan_type": "free",
        "subscription_status": "none",
        "trial_end_date": None,
        "is_admin": False,
    }


def test_a_name_is_tidied_and_may_be_empty(web, headers):
    for given, kept in (("  Ada   Lovelace ", "Ada Lovelace"), ("", ""), ("n" * 80, "n" * 80)):
        answer = web.put("/api/user/profile", json={"name": given}, headers=headers)
        assert answer.json()["name"] == kept
        assert web.get("/api/user/profile", headers=headers).json()["name"] == kept


@pytest.mark.parametrize("name", ["n" * 81, None, 5, ["Ada"]])
def test_a_name_that_cannot_be_is_refused_and_the_old_one_stays(web, headers, name):
    answer = web.put("/api/user/profile", json={"name": name}, headers=headers)
    assert answer.status_code == 422
    assert "name" in answer.json()["fields"]
    assert web.get("/api/user/profile", headers=headers).json()["name"] == "Ada"


def test_a_name_with_a_line_break_cannot_reach_a_letters_header(web, headers):
    name = "Ada\r\nBcc: all@example.com"
    answer = web.put("/api/user/profile", json={"name": name}, headers=headers)
    assert answer.json()["name"] == "Ada Bcc: all@example.com"


@pytest.mark.db
@pytest.mark.parametrize("odd", ["\\u0000", "\\ud800", "\\u202e", "\\u200d"])
def test_characters_that_a_database_cannot_keep_break_nothing(web, headers, odd):
    """Written as JSON escapes: a lone half of a pair cannot be sent in any other way."""
    for verb, path, body in (
        ("put", "/api/user/profile", f'{{"name": "A{odd}da"}}'),
        ("put", "/api/user/preferences", f'{{"experience": "{odd}"}}'),
        ("post", "/api/auth/forgot-password", f'{{"email": "a{odd}@example.com"}}'),
        ("post", "/api/auth/login", f'{{"email": "a@example.com", "password": "{odd}"}}'),
        ("post", "/api/auth/refresh", f'{{"refresh_token": "{odd}"}}'),
        ("post", "/api/auth/verify-email", f'{{"token": "{odd}"}}'),
        ("post", "/api/watchlist", f'{{"symbol": "{odd}", "timeframe": "{odd}"}}'),
        ("post", "/api/checkout", f'{{"plan": "{odd}"}}'),
    ):
        sent = {**headers, "Content-Type": "application/json"}
        answer = web.request(verb, path, content=body, headers=sent)
        assert answer.status_code < 500, f"{path}: {answer.text}"
    assert web.get("/api/user/profile", headers=headers).status_code == 200


def test_what_nobody_may_change_is_not_changed_through_the_profile(web, headers):
    more = {"name": "Ada", "is_admin": True, "plan_type": "enterprise", "email": "x@example.com"}
    answer = web.put("/api/user/profile", json=more, headers=headers).json()
    assert (answer["is_admin"], answer["plan_type"]) == (False, "free")
    assert answer["email"] == "ada@example.com"


@pytest.mark.parametrize("theme", ["dark", "light", "system"])
def test_a_theme_is_chosen(web, headers, theme):
    web.put("/api/user/appearance", json={"theme": theme}, headers=headers)
    assert web.get("/api/user/profile", headers=headers).json()["theme"] == theme


def test_there_are_no_other_themes(web, headers):
    answer = web.put("/api/user/appearance", json={"theme": "pink"}, headers=headers)
    assert (answer.status_code, set(answer.json()["fields"])) == (422, {"theme"})


@pytest.mark.db
def test_preferences_are_empty_at_first_and_kept_in_the_wizards_order(web, headers):
    empty = {
        "markets": [],
        "timeframes": [],
        "alert_types": [],
        "volume_multiple": None,
        "minimum_volume": None,
        "channels": [],
        "theme": "dark",
        "experience": "",
    }
    assert web.get("/api/user/preferences", headers=headers).json() == empty
    wanted = {
        "markets": ["crypto", "forex"],
        "timeframes": ["H1", "D1"],
        "alert_types": ["level_break"],
        "volume_multiple": 2.5,
        "minimum_volume": 10_000,
        "channels": ["in_app", "email"],
        "theme": "light",
        "experience": "some",
    }
    answer = web.put("/api/user/preferences", json=wanted, headers=headers).json()
    assert answer == {**wanted, "markets": ["forex", "crypto"]}
    assert web.get("/api/user/preferences", headers=headers).json() == answer


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        ({"markets": ["tulips"]}, "markets"),
        ({"alert_types": ["smoke"]}, "alert_types"),
        ({"experience": "guru"}, "experience"),
        ({"markets": ["forex"], "experience": "guru"}, "experience"),
        ({"markets": ["forex"], "timeframes": ["H3"]}, "timeframes"),
        ({"markets": ["forex"], "channels": ["pigeon"]}, "channels"),
        ({"markets": ["forex"], "theme": "pink"}, "theme"),
        ({"markets": ["forex"], "volume_multiple": 0.5}, "volume_multiple"),
        ({"markets": ["forex"], "volume_multiple": 2.55}, "volume_multiple"),
        ({"markets": ["forex"], "volume_multiple": 1e300}, "volume_multiple"),
        ({"markets": ["forex"], "minimum_volume": -1}, "minimum_volume"),
        ({"markets": ["forex"], "minimum_volume": 2**70}, "minimum_volume"),
        ({"markets": ["forex"], "minimum_volume": 1.5}, "minimum_volume"),
    ],
)
def test_an_answer_that_is_no_choice_changes_none(web, headers, wanted, field):
    answer = web.put("/api/user/preferences", json=wanted, headers=headers)
    assert answer.status_code == 422
    assert field in answer.json()["fields"]
    assert web.get("/api/user/preferences", headers=headers).json()["markets"] == []


def test_what_a_change_leaves_out_stays(web, headers):
    first = {"markets": ["forex"], "volume_multiple": 2, "minimum_volume": 50, "theme": "light"}
    web.put("/api/user/preferences", json=first, headers=headers)
    changed = web.put(
        "/api/user/preferences",
        json={"experience": "new", "volume_multiple": None},
        headers=headers,
    ).json()
    assert (changed["markets"], changed["theme"], changed["experience"]) == (
        ["forex"],
        "light",
        "new",
    )
    assert (changed["volume_multiple"], changed["minimum_volume"]) == (None, 50)


def test_a_member_has_preferences_and_notices_of_their_own(web, ada, headers):
    ben = new_user("ben")
    add_member(ada, ben)
    tell(ada, "Pro")
    web.put("/api/user/preferences", json={"markets": ["forex"]}, headers=headers)
    theirs = web.as_program(ada, ben)
    assert web.get("/api/user/preferences", headers=theirs).json()["markets"] == []
    assert told(web, theirs) == (0, [])


def test_notices_come_newest_first_and_are_read_one_by_one(web, ada, headers):
    tell(ada, "one", "two", "three")
    assert told(web, headers) == (3, ["three", "two", "one"])
    newest = web.get("/api/notifications", headers=headers).json()["notifications"][0]
    for _ in range(2):
        assert (
            web.put(f"/api/notifications/{newest['id']}/read", headers=headers).status_code == 204
        )
    assert told(web, headers) == (2, ["three", "two", "one"])


@pytest.mark.db
def test_a_removed_notice_is_gone_and_is_not_told_again(web, ada, headers):
    tell(ada, "one", "two")
    oldest = web.get("/api/notifications", headers=headers).json()["notifications"][1]["id"]
    assert web.delete(f"/api/notifications/{oldest}", headers=headers).status_code == 204
    assert web.delete(f"/api/notifications/{oldest}", headers=headers).status_code == 404
    assert web.put(f"/api/notifications/{oldest}/read", headers=headers).status_code == 404
    tell(ada, "one")
    assert told(web, headers) == (1, ["two"])


@pytest.mark.db
@pytest.mark.parametrize("number", ["0", "-1", "x", "1e3", str(2**63), str(2**70)])
def test_a_number_that_is_no_notice_is_refused_and_nothing_breaks(web, headers, number):
    for verb, tail in (("put", "/read"), ("delete", "")):
        answer = web.request(verb, f"/api/notifications/{number}{tail}", headers=headers)
        assert answer.status_code in {404, 422}, answer.text
        assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.db
@pytest.mark.parametrize("number", ["0", "-1", "x", str(2**63), str(2**70)])
def test_a_number_that_is_no_watchlist_item_is_refused_and_nothing_breaks(web, headers, number):
    answer = web.delete(f"/api/watchlist/{number}", headers=headers)
    assert answer.status_code in {404, 422}, answer.text
    reordered = web.put("/api/watchlist", json={"ids": [2**70]}, headers=headers)
    assert reordered.status_code in {404, 422}


def test_health_names_each_part_and_what_is_wrong(web):
    answer = web.get("/api/health")
    assert answer.status_code == 503
    assert answer.json() == {
        "status": "unready",
        "parts": {"database": "ok", "schema": "behind: run the migrations"},
    }


def test_health_is_well_when_every_part_is(web, monkeypatch):
    monkeypatch.setattr("saas_app.core.migrations.current", lambda: "head")
    monkeypatch.setattr("saas_app.core.migrations.newest", lambda: "head")
    answer = web.get("/api/health")
    assert (answer.status_code, answer.json()["status"]) == (200, "ok")


def test_health_without_a_database_says_so_and_nothing_about_where_it_was(web, configured):
    configured.database_url = "postgresql+psycopg://nobody:hidden@127.0.0.1:9/none"
    configured.__dict__.pop("database", None)
    db.dispose()
    answer = web.get("/api/health")
    assert answer.status_code == 503
    assert answer.json()["parts"]["database"] == "unreachable"
    assert "hidden" not in answer.text


def test_the_systems_health_shows_how_far_the_clock_was_moved(web, headers):
    clock.set_lead(timedelta(days=3))
    answer = web.get("/api/system/health", headers=headers).json()
    assert (answer["sandbox"], answer["clock_lead_seconds"]) == (True, 3 * 86400)
