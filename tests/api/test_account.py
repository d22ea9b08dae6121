"""Address, password and log-ins: changed by their owner, in a browser, after a fresh proof."""

import re
from datetime import timedelta

import pytest
from sqlmodel import col, select, update

from saas_app.accounts import passwords, sessions
from saas_app.accounts.models import EmailChange, LoginSession, User
from saas_app.core import clock, tasks
from saas_app.core.db import snapshot, transaction
from saas_app.notifications.models import Mail
from tests.support.billing_world import NoPost, new_tenant, reloaded
from tests.support.racing import raced

pytestmark = pytest.mark.db
PASSWORD = "four unrelated harbour words"
BETTER = "another quiet boat at anchor"
NEW = "ada@elsewhere.example"


@pytest.fixture
def ada(web):
    ada = new_tenant()
    tasks.install(NoPost())
    with transaction() as session:
        owner = session.get(User, ada.owner.id)
        owner.password_hash = passwords.hashed(PASSWORD)
        session.add(owner)
    return ada


@pytest.fixture
def browser(web, ada):
    return web.as_browser(ada)


def letters(to=""):
    with snapshot() as session:
        rows = session.exec(select(Mail).order_by(col(Mail.id))).all()
    return [row for row in rows if to in row.to]


def token_in(letter):
    return re.search(r"token=([\w-]+)", letter.body).group(1)


def asks_for_another(web, browser, email=NEW):
    return web.post("/api/user/email", json={"email": email}, headers=browser)


def agrees(web, side, token):
    return web.post("/api/auth/change-email", json={"side": side, "token": token})


def let_the_proof_grow_old():
    with transaction() as session:
        past = clock.wall() - timedelta(minutes=11)
        session.exec(update(LoginSession).values(authenticated_at=past))


@pytest.mark.parametrize("order", [("old", "new"), ("new", "old")])
def test_an_address_changes_when_both_mailboxes_agreed(web, ada, browser, order):
    assert asks_for_another(web, browser).status_code == 200
    old, new = letters()
    assert (old.to, new.to) == ("ada@example.com", NEW)
    tokens = {"old": token_in(old), "new": token_in(new)}
    first = agrees(web, order[0], tokens[order[0]])
    assert "stays as it is" in first.json()["message"]
    assert reloaded(ada.owner).email == "ada@example.com"
    assert agrees(web, order[1], tokens[order[1]]).status_code == 200
    assert reloaded(ada.owner).email_key == NEW
    assert [letter.to for letter in letters()[2:]] == ["ada@example.com", NEW]


def test_many_accounts_together_do_not_flood_a_mailbox(web):
    tasks.install(NoPost())
    asked = [
        asks_for_another(web, web.as_browser(new_tenant(f"p{number}")), "victim@elsewhere.example")
        for number in range(8)
    ]
    assert [answer.status_code for answer in asked] == [200] * 5 + [429] * 3
    assert len(letters("victim@")) == 5


def test_one_mailbox_alone_changes_nothing_however_often(web, ada, browser):
    asks_for_another(web, browser)
    token = token_in(letters()[1])
    assert agrees(web, "new", token).status_code == 200
    assert agrees(web, "new", token).json()["code"] == "link_used"
    assert agrees(web, "old", token).json()["code"] == "link_invalid"
    assert reloaded(ada.owner).email == "ada@example.com"


def test_of_two_mailboxes_that_agree_at_once_both_count(web, ada, browser):
    asks_for_another(web, browser)
    tokens = [token_in(letter) for letter in letters()]
    answers = raced(lambda n: agrees(web, ("old", "new")[n], tokens[n]), 2)
    assert [answer.status_code for answer in answers] == [200, 200]
    assert reloaded(ada.owner).email == NEW


def test_a_change_that_was_taken_back_can_no_longer_be_agreed_to(web, ada, browser):
    asks_for_another(web, browser)
    tokens = [token_in(letter) for letter in letters()]
    assert web.delete("/api/user/email", headers=browser).status_code == 204
    for side, token in zip(("old", "new"), tokens, strict=True):
        assert agrees(web, side, token).json()["code"] == "link_expired"


def test_a_newer_wish_replaces_the_older(web, ada, browser):
    asks_for_another(web, browser)
    stale = token_in(letters()[1])
    asks_for_another(web, browser, "ada@third.example")
    assert agrees(web, "new", stale).json()["code"] == "link_expired"
    for side, letter in zip(("old", "new"), letters()[2:], strict=True):
        agrees(web, side, token_in(letter))
    assert reloaded(ada.owner).email == "ada@third.example"


def test_a_taken_address_is_not_told_from_a_free_one(web, ada, browser):
    new_tenant("eve")
    free = asks_for_another(web, browser)
    taken = asks_for_another(web, browser, "eve@example.com")
    assert taken.status_code == free.status_code
    assert taken.json() == free.json()
    assert "belongs to one" in letters("eve@")[-1].body


def test_an_address_that_is_taken_before_both_agreed_is_refused(web, ada, browser):
    asks_for_another(web, browser, "eve@example.com")
    old, new = letters()
    new_tenant("eve")
    agrees(web, "old", token_in(old))
    refused = agrees(web, "new", token_in(new))
    assert (refused.status_code, refused.json()["code"]) == (409, "conflict")
    assert reloaded(ada.owner).email == "ada@example.com"


def test_the_same_address_in_another_spelling_is_no_change(web, ada, browser):
    refused = asks_for_another(web, browser, "ADA@Example.com")
    assert refused.json()["fields"] == {"email": "Give another address than the present one."}


def test_a_log_in_left_open_cannot_take_the_address(web, ada, browser):
    let_the_proof_grow_old()
    refused = asks_for_another(web, browser)
    assert (refused.status_code, refused.json()["code"]) == (403, "step_up_required")
    with snapshot() as session:
        assert session.exec(select(EmailChange)).all() == []


def test_a_new_password_keeps_this_log_in_and_ends_the_others(web, ada, browser):
    other, program = web.as_browser(ada), web.as_program(ada)
    body = {"current": PASSWORD, "password": BETTER}
    assert web.post("/api/user/password", json=body, headers=browser).status_code == 200
    answers = [web.get("/api/user/profile", headers=each) for each in (browser, other, program)]
    assert [answer.status_code for answer in answers] == [200, 401, 401]
    assert passwords.verified(BETTER, reloaded(ada.owner).password_hash)[0]
    assert letters()[-1].subject == "Your password was changed"


def test_every_problem_of_a_new_password_is_told_at_once(web, ada, browser):
    body = {"current": "wrong", "password": "short"}
    refused = web.post("/api/user/password", json=body, headers=browser)
    assert set(refused.json()["fields"]) == {"current", "password"}
    assert passwords.verified(PASSWORD, reloaded(ada.owner).password_hash)[0]


def test_the_present_password_is_no_new_one(web, ada, browser):
    body = {"current": PASSWORD, "password": PASSWORD}
    refused = web.post("/api/user/password", json=body, headers=browser)
    assert "present password" in refused.json()["fields"]["password"]


def test_a_first_password_needs_a_fresh_proof_instead_of_the_present_one(web, ada, browser):
    with transaction() as session:
        session.exec(update(User).values(password_hash=passwords.NOT_CHOSEN))
    body = {"password": BETTER}
    let_the_proof_grow_old()
    refused = web.post("/api/user/password", json=body, headers=browser)
    assert refused.json()["code"] == "step_up_required"
    assert web.post("/api/user/password", json=body, headers=web.as_browser(ada)).status_code == 200


def test_guessing_the_present_password_at_an_open_log_in_is_slow(web, ada, browser):
    body = {"current": "wrong", "password": BETTER}
    codes = [
        web.post("/api/user/password", json=body, headers=browser).status_code for _ in range(11)
    ]
    assert codes == [422] * 10 + [429]


def test_the_list_of_log_ins_names_this_one_and_programs(web, ada, browser):
    web.as_browser(ada), web.as_program(ada)
    rows = web.get("/api/user/sessions", headers=browser).json()["sessions"]
    assert [(row["kind"], row["current"]) for row in rows].count(("browser", True)) == 1
    assert sorted(row["kind"] for row in rows) == ["browser", "browser", "program"]


@pytest.mark.parametrize("kind", ["browser", "program"])
def test_one_log_in_can_be_ended(web, ada, browser, kind):
    other = web.as_browser(ada) if kind == "browser" else web.as_program(ada)
    rows = web.get("/api/user/sessions", headers=browser).json()["sessions"]
    key = next(row["key"] for row in rows if row["kind"] == kind and not row["current"])
    assert web.delete(f"/api/user/sessions/{key}", headers=browser).status_code == 204
    assert web.get("/api/user/profile", headers=other).status_code == 401
    again = web.delete(f"/api/user/sessions/{key}", headers=browser)
    assert again.status_code == (404 if kind == "browser" else 204)


def test_another_persons_log_in_is_not_there(web, ada, browser):
    eve = web.as_browser(new_tenant("eve"))
    key = web.get("/api/user/sessions", headers=eve).json()["sessions"][0]["key"]
    assert web.delete(f"/api/user/sessions/{key}", headers=browser).status_code == 404
    assert web.get("/api/user/profile", headers=eve).status_code == 200


def test_all_others_end_at_once(web, ada, browser):
    others = [web.as_browser(ada), web.as_program(ada)]
    assert web.delete("/api/user/sessions", headers=browser).status_code == 204
    answers = [web.get("/api/user/profile", headers=each) for each in (browser, *others)]
    assert [answer.status_code for answer in answers] == [200, 401, 401]


def test_an_expired_log_in_is_not_listed(web, ada, browser):
    web.as_browser(ada)
    with transaction() as session:
        kept = sessions.list_of(session, ada.owner.id)[0]
        past = {"expires_at": clock.wall() - timedelta(seconds=1)}
        session.exec(update(LoginSession).where(col(LoginSession.key) != kept.key).values(**past))
        assert [row.key for row in sessions.list_of(session, ada.owner.id)] == [kept.key]


@pytest.mark.parametrize(
    ("password", "score", "said"),
    [("harbour", 0, "at least"), ("ada@example.com", 0, "easy"), (BETTER, 4, "")],
)
def test_strength_is_told_while_typing(web, password, score, said):
    draft = {"password": password, "email": "ada@example.com"}
    told = web.post("/api/auth/password-strength", json=draft).json()
    assert told["score"] >= score
    assert (said in told["sentence"]) if said else (told["sentence"] == "")
