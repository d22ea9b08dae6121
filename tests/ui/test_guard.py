"""The guard before each handler: who is let in, what is taken from a browser, how a refusal is said."""

import asyncio
from typing import Any

import pytest
import reflex as rx

from saas_app.accounts import sessions
from saas_app.accounts.sessions import SignedIn
from saas_app.core.db import transaction
from saas_app.core.errors import Conflict, Invalid, NotSignedIn
from saas_app.entitlements.errors import NeedsUpgrade
from saas_app.ui.state.guard import guarded, public
from saas_app.ui.state.session import Session
from saas_app.workspaces.roles import Permission, Role
from tests.support.billing_world import add_member, new_tenant, new_user
from tests.support.states import logged_in, tab


class Door(rx.State):
    """Handlers of every kind, to knock at."""

    seen: list[Any] = []  # noqa: RUF012 — Reflex gives every tab its own copy

    @rx.event
    @guarded()
    async def look(self, who: SignedIn) -> None:
        self.seen = [who.email]

    @rx.event
    @guarded(Permission.EDIT)
    async def edit(self, who: SignedIn, name: str, count: int, tags: list[str]) -> None:
        self.seen = [name, count, tags]

    @rx.event
    @guarded()
    async def optional(self, who: SignedIn, name: str = "none given") -> None:
        self.seen = [name]

    @rx.event
    @guarded(staff=True)
    def run(self, who: SignedIn) -> None:
        self.seen = ["ran"]

    @rx.event
    @guarded()
    async def refuse(self, who: SignedIn, how: str) -> None:
        raise REFUSALS[how]

    @rx.event
    @public
    async def show(self) -> None:
        self.seen = ["shown"]


REFUSALS = {
    "upgrade": NeedsUpgrade("Your plan does not include it.", upgrade_to="pro"),
    "conflict": Conflict("Somebody else was quicker. Nothing was changed."),
    "gone": NotSignedIn("Your session has ended."),
    "invalid": Invalid("That will not do.", fields={"name": "Too long."}),
}


@pytest.fixture
def ada(database):
    return new_tenant()


def knock(cookie, handler, *args, **payload):
    """What the handler left: what it saw, the notice, where the tab is sent."""

    async def call():
        page = tab("/charts/EURUSD?tf=H1", cookie)
        door = await page.of(Door)
        await Door.event_handlers[handler].fn(door, *args, **payload)
        session = await page.of(Session)
        return door.seen, session.notice, session.departure

    return asyncio.run(call())


def test_a_member_is_let_in_as_the_person_behind_the_cookie(ada):
    assert knock(logged_in(ada), "look")[0] == ["ada@example.com"]


@pytest.mark.parametrize(
    "cookie", ["", "x", f"{sessions.COOKIE}=", f"{sessions.COOKIE}=made-up", "\x01=\x02"]
)
def test_a_stranger_is_sent_to_the_log_in_and_nothing_runs(database, cookie):
    seen, notice, departure = knock(cookie, "look")
    assert (seen, notice) == ([], {})
    assert departure["to"] == "/login?next=/charts/EURUSD"


def test_an_ended_session_is_a_stranger(ada):
    cookie = logged_in(ada)
    with transaction() as session:
        sessions.end_plain(session, cookie.partition("=")[2])
    assert knock(cookie, "look")[2]["to"].startswith("/login")


def test_a_viewer_cannot_edit_and_is_told_who_can(ada):
    vera = new_user("vera")
    add_member(ada, vera, Role.VIEWER)
    seen, notice, departure = knock(logged_in(ada, vera), "edit", "a", 1, [])
    assert (seen, departure) == ([], {})
    assert notice["level"] == "bad"
    assert "Your role here is viewer" in notice["text"]


def test_somebody_removed_is_not_let_in_by_a_live_cookie(ada):
    stranger = new_user("otto")
    seen, notice, _ = knock(logged_in(ada, stranger), "look")
    assert seen == []
    assert "not there" in notice["text"]


def test_a_staff_door_opens_for_staff_alone(ada):
    assert knock(logged_in(ada), "run")[0] == []
    sam = new_user("sam", is_staff=True)
    add_member(ada, sam)
    assert knock(logged_in(ada, sam), "run")[0] == ["ran"]


def test_what_was_sent_arrives_by_position_and_by_name(ada):
    cookie = logged_in(ada)
    assert knock(cookie, "edit", "a", 1, ["x"])[0] == ["a", 1, ["x"]]
    assert knock(cookie, "edit", name="a", count=1, tags=["x"])[0] == ["a", 1, ["x"]]
    assert knock(cookie, "optional")[0] == ["none given"]


@pytest.mark.parametrize(
    "payload",
    [
        {"name": 5, "count": 1, "tags": []},
        {"name": "a", "count": "1", "tags": []},
        {"name": "a", "count": True, "tags": []},
        {"name": "a", "count": 1.0, "tags": []},
        {"name": "a", "count": 1, "tags": "x"},
        {"name": "a", "count": 1, "tags": [1]},
        {"name": None, "count": 1, "tags": []},
        {"name": "a", "count": 1, "tags": [], "more": 1},
        {"name": "a", "count": 1, "tags": [], "who": {"is_staff": True}},
        {"name": "a", "count": 1},
        {},
    ],
    ids=str,
)
def test_what_has_the_wrong_type_or_name_is_refused_with_words(ada, payload):
    seen, notice, _ = knock(logged_in(ada), "edit", **payload)
    assert seen == []
    assert notice["level"] == "bad"
    assert "nothing was changed" in notice["text"]
    assert "Traceback" not in notice["text"]


def test_too_many_arguments_are_refused(ada):
    seen, notice, _ = knock(logged_in(ada), "edit", "a", 1, [], "more")
    assert seen == []
    assert notice["level"] == "bad"


def test_a_limit_leads_to_the_plans(ada):
    _, notice, departure = knock(logged_in(ada), "refuse", "upgrade")
    assert (notice["level"], notice["href"], departure) == ("info", "/pricing", {})
    assert notice["text"] == "Your plan does not include it."
    assert notice["label"]


@pytest.mark.parametrize("how", ["conflict", "invalid"])
def test_another_refusal_is_said_plainly(ada, how):
    _, notice, _ = knock(logged_in(ada), "refuse", how)
    assert (notice["level"], notice["href"]) == ("bad", "")
    assert notice["text"] == REFUSALS[how].message


def test_a_session_that_ends_in_the_middle_leads_to_the_log_in(ada):
    assert knock(logged_in(ada), "refuse", "gone")[2]["to"].startswith("/login?next=")


def test_a_bug_is_not_swallowed(ada):
    with pytest.raises(KeyError):
        knock(logged_in(ada), "refuse", "unheard of")


def test_a_public_door_is_open_to_strangers(database):
    assert knock("", "show")[0] == ["shown"]


def test_reflex_never_sees_the_person_as_an_argument():
    assert list(Door.edit("a", 1, []).args) != []
    sent = {str(name) for name, _ in Door.edit("a", 1, []).args}
    assert sent == {"name", "count", "tags"}
