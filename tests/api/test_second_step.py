"""The second step over HTTP: what is asked, what is accepted, and what an attacker gets."""

import re
from datetime import timedelta

import pyotp
import pytest
import time_machine
from sqlmodel import col, select, update

from saas_app.accounts import devices, entry, passwords, sessions
from saas_app.accounts.models import KnownDevice, LoginSession, User
from saas_app.accounts.second_factor import answer
from saas_app.accounts.second_factor.models import MailedCode, Totp
from saas_app.core import clock, tasks, tokens
from saas_app.core.db import snapshot, transaction
from saas_app.notifications.models import Mail
from tests.support.authenticator import Authenticator
from tests.support.billing_world import NoPost, new_tenant
from tests.support.cookie_jar import CookieJar

PASSWORD = "a boat in the harbour 42"
STEP = "/api/auth/second-step"


@pytest.fixture
def ada(database, cheap_hash):
    tasks.install(NoPost())
    return person("ada")


@pytest.fixture
def browser(web, ada):
    return CookieJar(web)


def person(name):
    tenant = new_tenant(name)
    with transaction() as session:
        owner = session.get(User, tenant.owner.id)
        owner.password_hash = passwords.hashed(PASSWORD)
        session.add(owner)
    return tenant


def logs_in(browser, name="ada", **more):
    return browser.post("/api/auth/session", email=f"{name}@example.com", password=PASSWORD, **more)


def turns_on(browser):
    """An app, turned on by its owner some minutes ago; its codes."""
    assert logs_in(browser).status_code == 200
    made = browser.post("/api/user/two-factor/app").json()
    app = pyotp.TOTP(made["key"].replace(" ", ""))
    done = browser.post(
        "/api/user/two-factor/app/confirm", ticket=made["ticket"], code=app.at(clock.wall())
    )
    assert done.status_code == 200, done.text
    with transaction() as session:
        session.exec(update(Totp).values(last_step=0))
    browser.cookies.clear()
    return app, done.json()["recovery_codes"]


def now(app):
    return app.at(clock.wall())


def mailed_code():
    with snapshot() as session:
        row = session.exec(
            select(Mail).where(col(Mail.subject).like("Your code%")).order_by(col(Mail.id).desc())
        ).first()
    return re.search(r"\d{6}", row.subject).group()


def signed_in(browser):
    return browser.get("/api/user/profile").status_code == 200


def test_the_password_alone_signs_nobody_in(browser):
    turns_on(browser)
    outcome = logs_in(browser, next="/charts/EURUSD?tf=M5")
    assert outcome.json()["next"] == "/login/second-step?next=%2Fcharts%2FEURUSD%3Ftf%3DM5"
    assert entry.PENDING_COOKIE in browser.cookies
    assert sessions.COOKIE not in browser.cookies
    assert not signed_in(browser)


def test_the_ways_are_told_best_first_with_the_address_hidden(browser):
    turns_on(browser)
    logs_in(browser)
    told = browser.get(STEP).json()
    assert [way["way"] for way in told["ways"]] == ["app", "recovery", "letter"]
    assert "a•••@example.com" in told["ways"][2]["lead"]
    assert "ada@" not in str(told)


def test_a_code_of_the_app_finishes_the_log_in_and_keeps_the_next_page(browser):
    app, _ = turns_on(browser)
    logs_in(browser, next="/watchlists", remember=True)
    answer = browser.post(STEP, way="app", code=now(app))
    assert answer.json()["next"] == "/watchlists"
    assert signed_in(browser)
    assert entry.PENDING_COOKIE not in browser.cookies


def test_a_recovery_code_finishes_the_log_in_once(browser, web):
    _, codes = turns_on(browser)
    logs_in(browser)
    assert browser.post(STEP, way="recovery", code=codes[0]).status_code == 200
    other = CookieJar(web)
    logs_in(other)
    assert other.post(STEP, way="recovery", code=codes[0]).status_code == 422
    assert not signed_in(other)


def test_a_wrong_code_says_so_beside_its_field_and_the_log_in_goes_on(browser):
    app, _ = turns_on(browser)
    logs_in(browser)
    answer = browser.post(STEP, way="app", code="000000")
    assert (answer.status_code, answer.json()["code"]) == (422, "wrong_code")
    assert "code" in answer.json()["fields"]
    assert browser.post(STEP, way="app", code=now(app)).status_code == 200


def test_a_code_by_letter_finishes_the_log_in(browser):
    turns_on(browser)
    logs_in(browser)
    assert browser.post(f"{STEP}/send", way="letter").status_code == 200
    assert browser.post(STEP, way="letter", code=mailed_code()).status_code == 200
    assert signed_in(browser)


def test_a_code_mailed_for_one_log_in_is_no_good_for_another(browser, web):
    """Somebody who knows the password too waits for the code that the owner asked for."""
    turns_on(browser)
    logs_in(browser)
    browser.post(f"{STEP}/send", way="letter")
    thief = CookieJar(web)
    logs_in(thief)
    assert thief.post(STEP, way="letter", code=mailed_code()).status_code == 422
    assert not signed_in(thief)


def test_no_code_is_mailed_where_the_password_itself_came_by_letter(browser):
    turns_on(browser)
    with transaction() as session:
        session.exec(update(User).values(password_mailed_at=clock.wall()))
    logs_in(browser)
    told = browser.get(STEP).json()
    assert [way["way"] for way in told["ways"]] == ["app", "recovery"]
    assert "mailbox" in told["note"]
    assert browser.post(f"{STEP}/send", way="letter").status_code == 404


def test_a_way_that_is_not_due_is_not_accepted(browser):
    turns_on(browser)
    logs_in(browser)
    browser.post(f"{STEP}/send", way="letter")
    code = mailed_code()
    with transaction() as session:
        session.exec(update(User).values(password_mailed_at=clock.wall()))
    assert browser.post(STEP, way="letter", code=code).status_code == 422


@pytest.mark.parametrize("path", [STEP, f"{STEP}/send"])
def test_without_a_log_in_that_waits_there_is_no_second_step(browser, path):
    answer = browser.post(path, way="letter", code="123456")
    assert (answer.status_code, answer.json()["code"]) == (401, "pending_login_over")


def test_a_log_in_waits_ten_minutes(browser):
    with time_machine.travel("2027-01-04T12:00:10+00:00", tick=False) as moment:
        app, _ = turns_on(browser)
        logs_in(browser)
        moment.shift(timedelta(minutes=10))
        assert browser.post(STEP, way="app", code=now(app)).json()["code"] == "pending_login_over"


@pytest.mark.parametrize("headers", [{}, {"Origin": "https://evil.example"}])
def test_a_foreign_page_finishes_no_log_in(browser, web, headers):
    app, _ = turns_on(browser)
    logs_in(browser)
    cookie = f"{entry.PENDING_COOKIE}={browser.cookies[entry.PENDING_COOKIE]}"
    answer = web.post(
        STEP, json={"way": "app", "code": now(app)}, headers={"Cookie": cookie, **headers}
    )
    assert answer.status_code == 403


def test_guessing_six_digits_ends_after_ten_tries_in_an_hour(browser, web):
    """Logging in again gives no new tries: they are counted per person."""
    turns_on(browser)
    statuses = []
    for _ in range(3):
        thief = CookieJar(web)
        assert logs_in(thief).status_code == 200
        statuses += [
            thief.post(STEP, way="app", code=f"{number:06d}").status_code for number in range(5)
        ]
    assert statuses == [422] * 10 + [429] * 5


def test_guessing_a_mailed_code_ends_after_five_tries(browser):
    turns_on(browser)
    logs_in(browser)
    browser.post(f"{STEP}/send", way="letter")
    code = mailed_code()
    wrong = "000000" if code != "000000" else "000001"
    for _ in range(5):
        assert browser.post(STEP, way="letter", code=wrong).status_code == 422
    assert browser.post(STEP, way="letter", code=code).status_code == 422
    with snapshot() as session:
        assert session.exec(select(MailedCode)).one().tries == 5


def test_a_guesser_elsewhere_does_not_lock_out_a_browser_that_is_known(browser, web):
    app, _ = turns_on(browser)
    logs_in(browser)
    browser.post(STEP, way="app", code=now(app))
    device = dict(browser.cookies)
    thief = CookieJar(web)
    logs_in(thief)
    for _ in range(11):
        thief.post(STEP, way="app", code="000000")
    owner = CookieJar(web)
    owner.cookies = {name: text for name, text in device.items() if name != sessions.COOKIE}
    with transaction() as session:
        session.exec(update(Totp).values(last_step=0))
    assert logs_in(owner).status_code == 200
    assert owner.post(STEP, way="app", code=now(app)).status_code == 200


def test_a_browser_that_is_trusted_is_not_asked_for_thirty_days(browser):
    with time_machine.travel("2027-01-04T12:00:10+00:00", tick=False) as moment:
        app, _ = turns_on(browser)
        logs_in(browser)
        browser.post(STEP, way="app", code=now(app), trust=True)

        def again():
            browser.cookies.pop(sessions.COOKIE, None)
            return logs_in(browser).json()["next"]

        assert "second-step" not in again()
        moment.shift(timedelta(days=30))
        assert "second-step" in again()


def test_a_trusted_browser_can_be_distrusted_by_its_owner_alone(browser, web):
    app, _ = turns_on(browser)
    logs_in(browser)
    browser.post(STEP, way="app", code=now(app), trust=True)
    with snapshot() as session:
        key = devices.shown_key(
            session.exec(
                select(KnownDevice).where(col(KnownDevice.trusted_until).is_not(None))
            ).one()
        )
    person("mallory")
    mallory = CookieJar(web)
    logs_in(mallory, "mallory")
    assert mallory.delete(f"/api/user/two-factor/trusted-browsers/{key}").status_code == 404
    assert browser.delete(f"/api/user/two-factor/trusted-browsers/{key}").status_code == 200
    assert browser.delete(f"/api/user/two-factor/trusted-browsers/{key}").status_code == 404


def logs_in_by_program(web, **more):
    body = {"email": "ada@example.com", "password": PASSWORD, **more}
    return web.post("/api/auth/login", json=body)


def test_a_program_is_asked_for_the_code_and_sends_it_along(browser, web):
    app, _ = turns_on(browser)
    asked = logs_in_by_program(web)
    assert (asked.status_code, asked.json()["code"]) == (401, "otp_required")
    assert logs_in_by_program(web, otp=now(app)).status_code == 200
    replayed = logs_in_by_program(web, otp=now(app))
    assert (replayed.status_code, replayed.json()["code"]) == (401, "otp_wrong")


def test_a_program_may_send_a_recovery_code_once(browser, web):
    _, codes = turns_on(browser)
    assert logs_in_by_program(web, otp=codes[0]).status_code == 200
    assert logs_in_by_program(web, otp=codes[0]).status_code == 401


def test_a_program_without_a_second_factor_needs_no_code(ada, web):
    assert logs_in_by_program(web).status_code == 200
    assert logs_in_by_program(web, otp="123456").status_code == 200


def test_a_programs_guesses_count_with_all_the_others(browser, web, ada):
    app, _ = turns_on(browser)
    for _ in range(10):
        answer.allow(ada.owner.id, None)
    assert logs_in_by_program(web, otp=now(app)).status_code == 429


def stale(browser):
    """The last proof was an hour ago."""
    with transaction() as session:
        session.exec(
            update(LoginSession).values(authenticated_at=clock.wall() - timedelta(hours=1))
        )


DANGEROUS = [
    ("POST", "/api/user/two-factor/app", {}),
    ("POST", "/api/user/two-factor/app/confirm", {"ticket": "x", "code": "1"}),
    ("DELETE", "/api/user/two-factor/app", {}),
    ("POST", "/api/user/two-factor/recovery-codes", {}),
    ("POST", "/api/user/two-factor/phone", {"number": "+4915123456789"}),
    ("POST", "/api/user/two-factor/phone/confirm", {"number": "+4915123456789", "code": "1"}),
    ("DELETE", "/api/user/two-factor/phone", {}),
    ("DELETE", "/api/user/two-factor/trusted-browsers", {}),
    ("DELETE", "/api/user/two-factor/trusted-browsers/x", {}),
    ("POST", "/api/user/passkeys/options", {"name": "x"}),
    ("POST", "/api/user/passkeys", {"ticket": "x", "credential": {}, "name": "x"}),
    ("PUT", "/api/user/passkeys/1", {"name": "x"}),
    ("DELETE", "/api/user/passkeys/1", {}),
]
each_danger = pytest.mark.parametrize(("verb", "path", "body"), DANGEROUS)


@each_danger
def test_a_dangerous_act_asks_for_a_fresh_proof(browser, verb, path, body):
    logs_in(browser)
    stale(browser)
    answer = browser.send(verb, path, **body)
    assert (answer.status_code, answer.json()["code"]) == (403, "step_up_required")


@each_danger
def test_a_dangerous_act_is_not_done_with_a_token(ada, web, verb, path, body):
    answer = web.client.request(verb, path, json=body, headers=web.as_program(ada))
    assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")


@each_danger
def test_a_stranger_does_nothing_dangerous(ada, web, verb, path, body):
    assert web.client.request(verb, path, json=body).status_code == 401


def test_the_step_up_with_the_password_renews_proof_and_cookie(browser):
    logs_in(browser)
    stale(browser)
    before = browser.cookies[sessions.COOKIE]
    assert browser.post("/api/auth/step-up", way="password", code="wrong").status_code == 422
    assert browser.post("/api/auth/step-up", way="password", code=PASSWORD).status_code == 200
    assert browser.cookies[sessions.COOKIE] != before
    assert browser.post("/api/user/two-factor/app").status_code == 200
    with snapshot() as session:
        assert session.get(LoginSession, tokens.digest(before)) is None


def test_a_stolen_cookie_does_not_rise_with_its_owners_step_up(browser, web):
    logs_in(browser)
    stale(browser)
    thief = CookieJar(web)
    thief.cookies = dict(browser.cookies)
    browser.post("/api/auth/step-up", way="password", code=PASSWORD)
    assert not signed_in(thief)


def test_the_step_up_with_the_app_takes_each_code_once(browser):
    app, _ = turns_on(browser)
    logs_in(browser)
    browser.post(STEP, way="app", code=now(app))
    stale(browser)
    assert browser.post("/api/auth/step-up", way="app", code=now(app)).status_code == 422
    with transaction() as session:
        session.exec(update(Totp).values(last_step=0))
    assert browser.post("/api/auth/step-up", way="app", code=now(app)).status_code == 200


def test_the_step_up_by_letter_is_for_whoever_has_nothing_else(browser):
    logs_in(browser)
    stale(browser)
    assert browser.post("/api/auth/step-up/send").status_code == 404
    with transaction() as session:
        session.exec(update(User).values(password_hash=passwords.NOT_CHOSEN))
    assert browser.post("/api/auth/step-up/send").status_code == 200
    answer = browser.post("/api/auth/step-up", way="letter", code=mailed_code())
    assert answer.status_code == 200, answer.text


def test_a_password_that_was_never_chosen_steps_nobody_up(browser):
    logs_in(browser)
    stale(browser)
    with transaction() as session:
        session.exec(update(User).values(password_hash=passwords.NOT_CHOSEN))
    assert browser.post("/api/auth/step-up", way="password", code="").status_code == 422


def test_guessing_at_a_step_up_is_slowed_down(browser):
    logs_in(browser)
    stale(browser)
    answers = [
        browser.post("/api/auth/step-up", way="password", code="wrong").status_code
        for _ in range(11)
    ]
    assert answers == [422] * 10 + [429]


def test_a_token_steps_nobody_up(ada, web):
    answer = web.post(
        "/api/auth/step-up",
        json={"way": "password", "code": PASSWORD},
        headers=web.as_program(ada),
    )
    assert answer.status_code == 403


def test_recovery_codes_without_a_second_factor_are_refused(browser):
    logs_in(browser)
    assert browser.post("/api/user/two-factor/recovery-codes").status_code == 409


def test_the_secret_comes_in_no_answer_but_the_one_that_shows_it(browser):
    logs_in(browser)
    made = browser.post("/api/user/two-factor/app").json()
    secret = made["key"].replace(" ", "")
    app = pyotp.TOTP(secret)
    done = browser.post(
        "/api/user/two-factor/app/confirm", ticket=made["ticket"], code=app.at(clock.wall())
    )
    assert secret not in done.text
    assert made["picture"].startswith("<svg")


def test_a_trusted_authenticator_of_nobody_opens_no_second_step(browser):
    turns_on(browser)
    logs_in(browser)
    asked = browser.post(f"{STEP}/passkey/options").json()
    foreign = Authenticator().answers(asked["options"])
    answer = browser.post(f"{STEP}/passkey", ticket=asked["ticket"], credential=foreign)
    assert (answer.status_code, answer.json()["code"]) == (422, "wrong_passkey")
