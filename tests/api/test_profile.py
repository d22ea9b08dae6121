"""How a person looks here and to others: bio, picture, privacy, appearance."""

import io

import pytest
from PIL import Image
from starlette.applications import Starlette
from starlette.responses import HTMLResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from saas_app.accounts import picture, privacy, profile
from saas_app.accounts.models import User
from saas_app.api.appearance import Appearance
from saas_app.core.db import snapshot, transaction
from saas_app.workspaces import memberships
from tests.support.billing_world import add_member, new_tenant, new_user, reloaded

ALL = {"name": True, "picture": True, "presence": True, "analytics": False}


@pytest.fixture
def ada(web):
    return new_tenant()


@pytest.fixture
def headers(web, ada):
    return web.as_browser(ada)


def image(size=(64, 64)):
    made = io.BytesIO()
    Image.new("RGB", size, "teal").save(made, "PNG")
    return made.getvalue()


def uploads(web, headers, content=None):
    kind = {"Content-Type": "image/png"}
    return web.post("/api/user/picture", content=content or image(), headers={**headers, **kind})


def seen(tenant):
    with snapshot() as session:
        return privacy.seen(session, session.get(User, tenant.owner.id))


def test_name_and_bio_change_apart_and_together(web, headers):
    web.put("/api/user/profile", json={"bio": "Trades\nthe open. \x07"}, headers=headers)
    web.put("/api/user/profile", json={"name": "Ada L."}, headers=headers)
    kept = web.get("/api/user/profile", headers=headers).json()
    assert (kept["name"], kept["bio"]) == ("Ada L.", "Trades\nthe open.")


@pytest.mark.parametrize(("length", "status"), [(499, 200), (500, 200), (501, 422)])
def test_a_bio_has_room_for_five_hundred_characters(web, headers, length, status):
    answer = web.put("/api/user/profile", json={"bio": "b" * length}, headers=headers)
    assert answer.status_code == status


def test_a_picture_is_taken_shown_and_removed(web, headers):
    path = uploads(web, headers).json()["picture"]
    shown = web.get(path, headers=headers)
    assert shown.headers["content-type"] == picture.MEDIA_TYPE
    assert Image.open(io.BytesIO(shown.content)).size == (picture.SIDE, picture.SIDE)
    assert web.get("/api/user/profile", headers=headers).json()["picture"] == path
    for _ in range(2):
        assert web.delete("/api/user/picture", headers=headers).status_code == 204
    assert web.get(path, headers=headers).status_code == 404


def test_what_is_no_picture_is_refused_and_the_old_one_stays(web, headers):
    path = uploads(web, headers).json()["picture"]
    refused = uploads(web, headers, b"<script>alert(1)</script>")
    assert (refused.status_code, set(refused.json()["fields"])) == (422, {"picture"})
    assert web.get(path, headers=headers).status_code == 200


@pytest.mark.parametrize(("size", "status"), [(4_900_000, 422), (5_200_000, 413)])
def test_a_picture_may_be_larger_than_other_requests_and_not_endless(web, headers, size, status):
    assert uploads(web, headers, b"\0" * size).status_code == status


def test_other_requests_stay_small(web, headers):
    body = {"name": "n" * 1_100_000}
    assert web.put("/api/user/profile", json=body, headers=headers).status_code == 413


def test_a_picture_is_shown_to_fellow_members_while_its_owner_wants(web, ada, headers):
    ben, mallory = new_user("ben"), new_tenant("mallory")
    add_member(ada, ben)
    path = uploads(web, headers).json()["picture"]
    views = {"ben": web.as_browser(ada, ben), "mallory": web.as_browser(mallory), "stranger": {}}
    statuses = {name: web.get(path, headers=each).status_code for name, each in views.items()}
    assert statuses == {"ben": 200, "mallory": 404, "stranger": 401}
    web.put("/api/user/privacy", json={**ALL, "picture": False}, headers=headers)
    assert web.get(path, headers=views["ben"]).status_code == 404
    assert web.get(path, headers=headers).status_code == 200


def test_what_is_hidden_is_not_seen(web, ada, headers):
    uploads(web, headers)
    shown = seen(ada)
    assert (shown.name, bool(shown.picture), bool(shown.last_seen_at)) == ("Ada", True, True)
    hide = {"name": False, "picture": False, "presence": False, "analytics": False}
    assert web.put("/api/user/privacy", json=hide, headers=headers).json() == hide
    assert seen(ada) == privacy.Seen("A member", "", None)


def test_agreeing_to_be_counted_is_kept_with_its_moment_and_forgotten_when_taken_back(
    web, ada, headers
):
    agreed = []
    for wanted in (True, True, False):
        web.put("/api/user/privacy", json={**ALL, "analytics": wanted}, headers=headers)
        with snapshot() as session:
            agreed.append(session.get(User, ada.owner.id).analytics_agreed_at)
    assert agreed[0] == agreed[1] is not None
    assert agreed[2] is None


def test_theme_and_density_change_apart(web, headers):
    web.put("/api/user/appearance", json={"theme": "light"}, headers=headers)
    web.put("/api/user/appearance", json={"density": "compact"}, headers=headers)
    kept = web.get("/api/user/profile", headers=headers).json()
    assert (kept["theme"], kept["density"]) == ("light", "compact")
    for wrong in ({"theme": "sepia"}, {"density": "tiny"}):
        assert web.put("/api/user/appearance", json=wrong, headers=headers).status_code == 422


def page(headers, cookies="", accept="text/html"):
    pages = Starlette(routes=[Route("/dashboard", lambda _request: HTMLResponse("page"))])
    sent = {"Cookie": f"{headers.get('Cookie', '')}{cookies}", "Accept": accept}
    with TestClient(Appearance(pages)) as client:
        return client.get("/dashboard", headers=sent).headers.get("set-cookie", "")


def test_a_page_brings_its_readers_choice_along(web, ada, headers):
    with transaction() as session:
        profile.choose_theme(session, ada.owner.id, "light")
        profile.choose_density(session, ada.owner.id, "compact")
    assert page(headers).startswith("appearance=light.compact;")


def test_a_page_says_nothing_where_there_is_nothing_new_to_say(web, headers):
    assert page(headers, "; appearance=dark.comfortable") == ""
    assert page({}) == ""
    assert page({"Cookie": "__Host-sid=made-up"}) == ""
    assert page(headers, accept="image/png") == ""


def clock_of(tenant):
    user = reloaded(tenant.owner)
    with snapshot() as session:
        return user.time_zone, memberships.by_id(session, tenant.workspace.id).time_zone


def test_a_browser_tells_once_where_a_persons_clock_hangs(web, ada, headers):
    page(headers, "; zone=Europe%2FBerlin")
    assert clock_of(ada) == ("Europe/Berlin", "Europe/Berlin")
    # Who travels reads by the clock of where they are; the workspace's days stay where they began.
    page(headers, "; zone=Asia%2FTokyo")
    assert clock_of(ada) == ("Asia/Tokyo", "Europe/Berlin")


@pytest.mark.parametrize("zone", ["Mars/Olympus", "", "../../etc/passwd", "localtime", "%00"])
def test_a_clock_that_is_nowhere_changes_nothing(web, ada, headers, zone):
    page(headers, f"; zone={zone}")
    assert clock_of(ada) == ("UTC", "UTC")


def test_a_chosen_clock_is_kept_until_the_browsers_is_wanted_again(web, ada, headers):
    def choose(zone):
        return web.put("/api/user/appearance", json={"time_zone": zone}, headers=headers)

    assert choose("America/New_York").json()["time_zone"] == "America/New_York"
    page(headers, "; zone=Europe%2FBerlin")
    assert clock_of(ada)[0] == "America/New_York"
    assert choose("Mars/Olympus").status_code == 422
    choose("")
    page(headers, "; zone=Europe%2FBerlin")
    assert clock_of(ada)[0] == "Europe/Berlin"


def test_a_clock_without_a_person_is_nobodys(web, ada):
    page({}, "; zone=Europe%2FBerlin")
    assert clock_of(ada) == ("UTC", "UTC")
