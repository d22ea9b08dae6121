"""The websocket, attacked by somebody who knows the protocol. No browser: milliseconds each."""

import uuid

import httpx
import pytest

from tests.support.product import PASSWORD
from tests.support.socket_client import HYDRATE, Tab, cookie_pair

pytestmark = pytest.mark.e2e

SHELL = "reflex___state____state.saas_app___ui___state___shell____shell"
BILLING = "reflex___state____state.saas_app___ui___pages___billing___state____billing"
PRICING = "reflex___state____state.saas_app___ui___pages___pricing___state____pricing"
PROFILE = "reflex___state____state.saas_app___ui___pages___settings___profile___state____profile"


def logged_in(product, email):
    answer = httpx.post(
        f"{product.url}/api/auth/session",
        json={"email": email, "password": PASSWORD},
        headers={"Origin": product.url},
    )
    assert answer.status_code == 200, answer.text
    return cookie_pair(answer.headers.get_list("set-cookie"))


@pytest.fixture
def tab(product):
    opened = []

    def open_tab(cookie="", token=None, **options):
        options.setdefault("origin", product.url)
        one = Tab(product.url, token=token or str(uuid.uuid4()), cookie=cookie, **options)
        opened.append(one)
        return one

    yield open_tab
    for one in opened:
        one.close()


@pytest.fixture(scope="module")
def staff(product):
    return logged_in(product, "staff@tidemark.example")


@pytest.fixture(scope="module")
def trial(product):
    return logged_in(product, "trial@tidemark.example")


def test_a_signed_in_tab_is_shown_its_own_person(tab, trial):
    mine = tab(trial).hydrate()
    assert mine.var("session", "email") == "trial@tidemark.example"
    assert mine.send(f"{SHELL}.load").var("shell", "plan") == "pro"


def test_a_stranger_is_shown_nobody_and_sent_to_the_log_in(tab):
    stranger = tab(path="/settings/billing").hydrate()
    stranger.send(f"{BILLING}.load")
    assert stranger.var("session", "email") == ""
    assert stranger.var("billing", "ready") is not True
    assert stranger.var("session", "departure")["to"].startswith("/login")


@pytest.mark.parametrize(
    "name", [f"{BILLING}.cancel", f"{BILLING}.resume", f"{PROFILE}.save", f"{SHELL}.watch"]
)
def test_a_stranger_can_call_no_private_handler(tab, name):
    stranger = tab().hydrate()
    stranger.send(name, **({"form": {"name": "Mallory"}} if name.endswith("save") else {}))
    assert stranger.var("session", "departure")["to"].startswith("/login")
    assert "Mallory" not in stranger.text


def test_a_stranger_may_look_at_prices(tab):
    assert (
        tab().hydrate().send(f"{PRICING}.show_annual", annual=True).var("pricing", "annual") is True
    )


def test_knowing_a_tabs_token_shows_nothing_of_its_person(tab, trial):
    """The token travels in addresses and logs: it is no secret and must open nothing."""
    token = str(uuid.uuid4())
    mine = tab(trial, token=token).hydrate()
    mine.send(f"{SHELL}.load")
    mine.close()
    thief = tab(token=token).hydrate()
    thief.send(f"{SHELL}.load")
    assert "trial@tidemark.example" not in thief.text
    assert thief.var("shell", "plan") in {None, ""}


def test_the_next_person_in_a_tab_sees_nothing_of_the_one_before(tab, trial, staff):
    token = str(uuid.uuid4())
    first = tab(trial, token=token).hydrate()
    first.send(f"{SHELL}.load")
    first.close()
    second = tab(staff, token=token).hydrate()
    assert "trial@tidemark.example" not in second.text
    assert second.var("session", "email") == "staff@tidemark.example"


def test_a_page_load_begins_with_nothing_and_a_reconnect_keeps_everything(tab, trial):
    token = str(uuid.uuid4())
    first = tab(trial, token=token).hydrate()
    first.send(f"{SHELL}.load")
    first.close()
    again = tab(trial, token=token).hydrate()
    assert again.var("shell", "plan") == "pro"
    again.close()
    loaded = tab(trial, token=token).send(HYDRATE, hashes=["another build"])
    assert loaded.var("shell", "plan") == ""
    assert loaded.var("session", "email") == "trial@tidemark.example"


def test_a_log_out_elsewhere_is_felt_on_the_open_socket(tab, product):
    cookie = logged_in(product, "fresh@tidemark.example")
    mine = tab(cookie).hydrate()
    assert mine.var("session", "signed_in") is True
    httpx.post(
        f"{product.url}/api/auth/logout", headers={"Cookie": cookie, "Origin": product.url}
    ).raise_for_status()
    mine.send(f"{PROFILE}.save", form={"name": "Too late"})
    assert mine.var("session", "departure")["to"]
    again = logged_in(product, "fresh@tidemark.example")
    profile = httpx.get(f"{product.url}/api/user/profile", headers={"Cookie": again}).json()
    assert profile["name"] == "Fran Fresh"


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://localhost:1"])
def test_a_foreign_page_gets_no_socket_even_with_the_cookie(product, trial, origin):
    handshake = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
        "Cookie": trial,
        "Origin": origin,
    }
    answer = httpx.get(f"{product.url}/_event/?EIO=4&transport=websocket", headers=handshake)
    assert answer.status_code in {400, 403}


@pytest.mark.parametrize(
    "payload",
    [
        {},
        {"form": 7},
        {"form": {"name": {"deep": 1}}},
        {"form": None, "more": 1},
        {"who": {"user_id": 1}, "form": {}},
    ],
)
def test_wrong_arguments_get_a_sentence_and_no_traceback(tab, staff, payload):
    mine = tab(staff).hydrate()
    mine.send(f"{PROFILE}.save", **payload)
    assert "Traceback" not in mine.text
    assert "TypeError" not in mine.text
    assert mine.send(f"{SHELL}.load").var("shell", "ready") is True


@pytest.mark.parametrize(
    "name",
    [
        f"{SHELL}._refresh",
        f"{SHELL}.set_plan",
        f"{SHELL}.nothing",
        "nobody.nothing",
        f"{SHELL}.plan",
    ],
)
def test_what_is_no_handler_cannot_be_called(tab, staff, name):
    mine = tab(staff).hydrate()
    mine.send(name, value="enterprise")
    assert "Traceback" not in mine.text
    assert mine.send(f"{SHELL}.load").var("shell", "plan") == "free"


def test_an_event_that_nobody_knows_leaves_no_cookie_in_the_log(tab, product):
    """A tab of an older build sends such events every day; the framework logs the request with it."""
    cookie = logged_in(product, "fresh@tidemark.example")
    mine = tab(cookie).hydrate()
    mine.send("nobody.nothing")
    mine.send(7)
    assert "Error processing event" in product.log
    assert cookie.partition("=")[2] not in product.log
