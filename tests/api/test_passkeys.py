"""Passkeys over HTTP: an authenticator that works, and the same one in the hands of an attacker."""

import pytest
from sqlmodel import col, select, update

from saas_app.accounts import passwords, sessions
from saas_app.accounts.errors import LastWayIn
from saas_app.accounts.models import LoginSession, User
from saas_app.accounts.oauth.models import Identity
from saas_app.accounts.passkeys import challenge, keeping, register
from saas_app.accounts.passkeys.models import Passkey, PasskeyChallenge, PasskeyOwner
from saas_app.audit.models import AuditLog
from saas_app.audit.trail import NOWHERE
from saas_app.core import clock, tasks
from saas_app.core.db import snapshot, transaction
from saas_app.notifications.models import Mail
from tests.api.test_second_step import STEP, logs_in, person, signed_in, stale
from tests.support.authenticator import Authenticator
from tests.support.billing_world import NoPost
from tests.support.cookie_jar import CookieJar
from tests.support.racing import raced


@pytest.fixture
def ada(database, cheap_hash):
    tasks.install(NoPost())
    return person("ada")


@pytest.fixture
def browser(web, ada):
    made = CookieJar(web)
    assert logs_in(made).status_code == 200
    return made


def adds(browser, key, name="My key"):
    asked = browser.post("/api/user/passkeys/options", name=name).json()
    return browser.post(
        "/api/user/passkeys",
        ticket=asked["ticket"],
        credential=key.registers(asked["options"]),
        name=name,
    )


def with_a_key(browser, **how):
    key = Authenticator(**how)
    assert adds(browser, key).status_code == 201
    return key


def question(browser):
    return browser.post("/api/auth/passkey/options").json()


def opens(browser, key, asked=None, **more):
    asked = asked or question(browser)
    return browser.post(
        "/api/auth/passkey",
        ticket=asked["ticket"],
        credential=key.answers(asked["options"]),
        **more,
    )


def stranger(web):
    return CookieJar(web, agent="Chromium elsewhere")


def passkeys():
    with snapshot() as session:
        return session.exec(select(Passkey).order_by(col(Passkey.id))).all()


def test_a_passkey_is_asked_for_as_it_should_be(browser):
    asked = browser.post("/api/user/passkeys/options", name="My key").json()["options"]
    assert asked["rp"]["id"] == "localhost"
    chosen = asked["authenticatorSelection"]
    assert (chosen["residentKey"], chosen["userVerification"]) == ("preferred", "required")
    assert "ada" not in asked["user"]["id"]
    assert asked["excludeCredentials"] == []


def test_the_first_passkey_comes_with_recovery_codes_and_a_letter(browser):
    answer = adds(browser, Authenticator())
    assert answer.status_code == 201, answer.text
    assert len(answer.json()["recovery_codes"]) == 10
    assert adds(browser, Authenticator()).json()["recovery_codes"] == []
    with snapshot() as session:
        assert "passkey" in session.exec(select(Mail).order_by(col(Mail.id).desc())).first().subject


def test_a_person_keeps_one_handle_and_their_keys_are_not_added_twice(browser):
    key = with_a_key(browser)
    asked = browser.post("/api/user/passkeys/options", name="").json()["options"]
    assert asked["user"]["id"] == key.handle
    assert [each["id"] for each in asked["excludeCredentials"]] == [passkeys()[0].credential_id]
    assert adds(browser, key).status_code == 409


def test_a_passkey_opens_the_account_without_a_password(browser, web):
    key = with_a_key(browser)
    new = stranger(web)
    answer = opens(new, key, next="/watchlists")
    assert answer.json()["next"] == "/watchlists"
    assert signed_in(new)


def test_a_passkey_of_nobody_opens_nothing(browser, web):
    with_a_key(browser)
    answer = opens(stranger(web), Authenticator())
    assert (answer.status_code, answer.json()["code"]) == (422, "wrong_passkey")


def test_the_question_to_a_stranger_gives_nobodys_keys_away(browser, web):
    with_a_key(browser)
    assert question(stranger(web))["options"].get("allowCredentials", []) == []


def test_an_answer_is_good_once(browser, web):
    key, new = with_a_key(browser), stranger(web)
    asked = question(new)
    answer = key.answers(asked["options"])
    first = new.post("/api/auth/passkey", ticket=asked["ticket"], credential=answer)
    assert first.status_code == 200
    again = new.post("/api/auth/passkey", ticket=asked["ticket"], credential=answer)
    assert (again.status_code, again.json()["code"]) == (422, "wrong_passkey")


@pytest.mark.db
def test_of_fifty_who_send_one_answer_one_is_heard(browser, web):
    new = stranger(web)
    asked = question(new)

    def spend(_):
        with transaction() as session:
            return challenge.spend(
                session,
                challenge.Purpose.LOG_IN,
                new.cookies[challenge.COOKIE],
                asked["ticket"],
            )

    outcomes = raced(spend, 50)
    assert sum(isinstance(each, bytes) for each in outcomes) == 1


def test_a_wrong_answer_spends_the_question_as_well(browser, web):
    key, new = with_a_key(browser), stranger(web)
    asked = question(new)
    assert opens(new, Authenticator(), asked).status_code == 422
    assert opens(new, key, asked).status_code == 422


def test_an_answer_to_another_question_is_refused(browser, web):
    key, new = with_a_key(browser), stranger(web)
    asked, other = question(new), question(new)
    answer = new.post(
        "/api/auth/passkey",
        ticket=asked["ticket"],
        credential=key.answers(other["options"]),
    )
    assert answer.status_code == 422


def test_an_answer_from_another_browser_is_refused(browser, web):
    """Somebody lures the owner into answering a question that was asked in the lurer's browser."""
    key, victim, lurer = with_a_key(browser), stranger(web), stranger(web)
    question(victim)
    asked = question(lurer)
    answer = key.answers(asked["options"])
    sent = victim.post("/api/auth/passkey", ticket=asked["ticket"], credential=answer)
    assert sent.status_code == 422
    assert not signed_in(victim)


def test_two_tabs_do_not_disturb_each_other(browser, web):
    key, new = with_a_key(browser), stranger(web)
    first, _second = question(new), question(new)
    assert opens(new, key, first).status_code == 200


@pytest.mark.parametrize(
    "how",
    [
        {"origin": "https://evil.example"},
        {"origin": "http://localhost:9999"},
        {"rp_id": "evil.example"},
        {"verifies": False},
    ],
)
def test_what_was_signed_for_somebody_else_or_without_the_owner_is_refused(browser, web, how):
    key = with_a_key(browser)
    for name, wrong in how.items():
        setattr(key, name, wrong)
    assert opens(stranger(web), key).status_code == 422


@pytest.mark.parametrize(
    "how", [{"origin": "https://evil.example"}, {"rp_id": "evil.example"}, {"verifies": False}]
)
def test_no_passkey_is_added_from_elsewhere_or_without_its_owner(browser, how):
    assert adds(browser, Authenticator(**how)).status_code == 422
    assert passkeys() == []


def test_an_authenticator_that_means_somebody_else_is_refused(browser, web):
    key = with_a_key(browser)
    key.handle = "c29tZWJvZHkgZWxzZQ"
    assert opens(stranger(web), key).status_code == 422


@pytest.mark.parametrize(
    "credential",
    [{}, {"id": 7}, {"id": "x", "response": 3}, {"id": "x", "rawId": "x", "response": {}}],
)
def test_nonsense_is_a_wrong_passkey_and_no_bug(browser, web, credential):
    key, new = with_a_key(browser), stranger(web)
    asked = question(new)
    sound = key.answers(asked["options"])
    for each in (credential, {**sound, "response": {}}, {**sound, "response": {"signature": 1}}):
        asked = question(new)
        sent = new.post("/api/auth/passkey", ticket=asked["ticket"], credential=each)
        assert sent.status_code == 422, sent.text


@pytest.mark.db
def test_a_name_that_no_database_takes_is_a_wrong_passkey_too(browser, web):
    new = stranger(web)
    answer = new.post(
        "/api/auth/passkey", ticket=question(new)["ticket"], credential={"id": "a\0b"}
    )
    assert (answer.status_code, answer.json()["code"]) == (422, "wrong_passkey")


def test_a_passkey_is_no_code_to_be_typed(browser):
    with_a_key(browser)
    answer = browser.post("/api/auth/step-up", way="passkey", code="1")
    assert answer.status_code == 404
    browser.post("/api/auth/logout")
    logs_in(browser)
    answer = browser.post("/api/auth/second-step", way="passkey", code="1")
    assert answer.status_code == 404


def test_a_question_is_good_for_five_minutes_and_one_purpose(browser, web):
    key, new = with_a_key(browser), stranger(web)
    asked = question(new)
    with transaction() as session:
        session.exec(update(PasskeyChallenge).values(expires_at=clock.wall()))
    assert opens(new, key, asked).status_code == 422
    asked = browser.post("/api/auth/step-up/passkey/options").json()
    assert opens(browser, key, asked).status_code == 422


@pytest.mark.parametrize("headers", [{}, {"Origin": "https://evil.example"}])
def test_a_foreign_page_logs_nobody_in_with_a_passkey(ada, web, headers):
    for path in ("/api/auth/passkey/options", "/api/auth/passkey"):
        body = {"ticket": "x", "credential": {}}
        assert web.post(path, json=body, headers=headers).status_code == 403


def test_a_passkey_is_the_second_factor_of_a_password(browser, web):
    key = with_a_key(browser)
    new = stranger(web)
    assert "second-step" in logs_in(new).json()["next"]
    asked = new.post(f"{STEP}/passkey/options").json()
    assert len(asked["options"]["allowCredentials"]) == 1
    credential = key.answers(asked["options"])
    sent = new.post(f"{STEP}/passkey", ticket=asked["ticket"], credential=credential)
    assert sent.status_code == 200, sent.text
    assert signed_in(new)


def test_somebody_elses_passkey_is_not_my_second_factor(browser, web):
    with_a_key(browser)
    person("mallory")
    mallory = CookieJar(web)
    logs_in(mallory, "mallory")
    hers = with_a_key(mallory)
    thief = stranger(web)
    logs_in(thief)
    asked = thief.post(f"{STEP}/passkey/options").json()
    credential = hers.answers(asked["options"])
    sent = thief.post(f"{STEP}/passkey", ticket=asked["ticket"], credential=credential)
    assert sent.status_code == 422
    assert not signed_in(thief)


def test_a_passkey_steps_its_owner_up(browser):
    key = with_a_key(browser)
    stale(browser)
    before = browser.cookies[sessions.COOKIE]
    asked = browser.post("/api/auth/step-up/passkey/options").json()
    credential = key.answers(asked["options"])
    sent = browser.post("/api/auth/step-up/passkey", ticket=asked["ticket"], credential=credential)
    assert sent.status_code == 200
    assert browser.cookies[sessions.COOKIE] != before
    with snapshot() as session:
        assert session.exec(select(LoginSession)).one().methods == "pwd,hwk"


def test_a_count_that_goes_back_lets_in_and_raises_the_alarm(browser, web):
    key = with_a_key(browser, count=5)
    assert opens(stranger(web), key).status_code == 200
    key.count = 2
    assert opens(stranger(web), key).status_code == 200
    with snapshot() as session:
        events = [row.event for row in session.exec(select(AuditLog))]
        subjects = [row.subject for row in session.exec(select(Mail))]
    assert events.count("passkey.count_went_back") == 1
    assert "One of your passkeys may have been copied" in subjects
    assert passkeys()[0].sign_count == 6


def test_a_synced_passkey_does_not_count_and_alarms_nobody(browser, web):
    key = with_a_key(browser)
    for _ in range(2):
        assert opens(stranger(web), key).status_code == 200
    with snapshot() as session:
        assert "passkey.count_went_back" not in [
            row.event for row in session.exec(select(AuditLog))
        ]


def test_a_passkey_gets_another_name_and_keeps_it_where_the_new_one_is_no_good(browser):
    with_a_key(browser)
    path = f"/api/user/passkeys/{passkeys()[0].id}"
    assert browser.send("PUT", path, name="  Blue   key ").status_code == 200
    for bad in ("", "x" * 41):
        refused = browser.send("PUT", path, name=bad)
        assert (refused.status_code, list(refused.json()["fields"])) == (422, ["name"])
    assert passkeys()[0].name == "Blue key"


def test_somebody_elses_passkey_and_a_missing_one_look_alike(browser, web):
    with_a_key(browser)
    person("mallory")
    mallory = CookieJar(web)
    logs_in(mallory, "mallory")
    for number in (passkeys()[0].id, 999_999):
        path = f"/api/user/passkeys/{number}"
        answers = (mallory.send("PUT", path, name="Mine"), mallory.delete(path))
        assert [answer.status_code for answer in answers] == [404, 404]
    assert len(passkeys()) == 1


def test_a_removed_passkey_opens_nothing_any_more(browser, web):
    key = with_a_key(browser)
    assert browser.delete(f"/api/user/passkeys/{passkeys()[0].id}").status_code == 200
    assert opens(stranger(web), key).status_code == 422


def without_a_password():
    with transaction() as session:
        session.exec(update(User).values(password_hash=passwords.NOT_CHOSEN))


def test_the_last_way_in_is_kept(browser):
    with_a_key(browser)
    without_a_password()
    answer = browser.delete(f"/api/user/passkeys/{passkeys()[0].id}")
    assert (answer.status_code, answer.json()["code"]) == (409, "last_way_in")
    assert len(passkeys()) == 1


def test_an_account_at_a_provider_is_a_way_in(browser, ada):
    with_a_key(browser)
    without_a_password()
    with transaction() as session:
        session.add(
            Identity(
                user_id=ada.owner.id,
                provider="google",
                tenant="x",
                subject="y",
                created_at=clock.wall(),
            )
        )
    assert browser.delete(f"/api/user/passkeys/{passkeys()[0].id}").status_code == 200


@pytest.mark.db
def test_of_fifty_who_remove_the_last_ways_in_one_is_left(ada):
    without_a_password()
    with transaction() as session:
        for number in range(3):
            session.add(
                Passkey(
                    user_id=ada.owner.id,
                    credential_id=f"key {number}",
                    public_key="-",
                    name=f"Key {number}",
                    created_at=clock.wall(),
                )
            )
    mine = [row.id for row in passkeys()]

    def remove(number):
        with transaction() as session:
            keeping.remove(session, ada.owner.id, mine[number % 3], NOWHERE)

    outcomes = raced(remove, 50)
    assert outcomes.count(None) == 2
    assert any(isinstance(each, LastWayIn) for each in outcomes)
    assert len(passkeys()) == 1


@pytest.mark.db
def test_a_handle_is_one_however_many_ask_at_once(ada):
    def ask(_):
        with transaction() as session:
            return register.options(session, session.get(User, ada.owner.id), b"x" * 32)["user"][
                "id"
            ]

    assert len(set(raced(ask, 12))) == 1
    with snapshot() as session:
        assert len(session.exec(select(PasskeyOwner)).all()) == 1
