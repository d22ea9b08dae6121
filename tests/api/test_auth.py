import re
from datetime import timedelta

import pytest
from sqlmodel import select

from saas_app.accounts import sessions
from saas_app.accounts.models import LoginSession, OneTimeToken, User
from saas_app.audit.models import AuditLog
from saas_app.core import clock
from saas_app.core.db import snapshot, transaction
from saas_app.core.tasks import REGISTRY, Task
from saas_app.notifications.models import Mail
from tests.support.billing_world import new_tenant

pytestmark = pytest.mark.db

PASSWORD = "four unrelated harbour words"
ADA = {"email": "ada@example.com", "password": PASSWORD}
OURS = {"Origin": "http://localhost:8000"}


@pytest.fixture(autouse=True)
def unsent(monkeypatch):
    """The letters stay in their table: what they say is looked at here, sending them elsewhere."""
    monkeypatch.setitem(REGISTRY, "mail.send", Task("mail.send", lambda _payload: None, 1))


def letters(kind=None):
    with snapshot() as session:
        rows = session.exec(select(Mail).order_by(Mail.id)).all()
    return [row for row in rows if kind is None or kind in row.subject]


def token_of(letter):
    return re.search(r"token=([\w-]+)", letter.body).group(1)


def registered(web, **change):
    answer = web.post("/api/auth/register", json={**ADA, **change})
    assert answer.status_code == 201, answer.text
    return token_of(letters("Confirm")[-1])


def verified(web, **change):
    web.post("/api/auth/verify-email", json={"token": registered(web, **change)}).raise_for_status()


def test_registering_sends_a_letter_whose_link_proves_the_address(web):
    token = registered(web)
    assert web.post("/api/auth/login", json=ADA).json()["code"] == "email_unverified"
    answer = web.post("/api/auth/verify-email", json={"token": token})
    assert answer.json()["next"].startswith("/login")
    assert web.post("/api/auth/login", json=ADA).status_code == 200


def test_a_known_and_an_unknown_address_get_the_same_answer(web):
    verified(web)
    first = web.post("/api/auth/register", json={**ADA, "email": "new@example.com"})
    second = web.post("/api/auth/register", json=ADA)
    assert first.status_code == second.status_code == 201
    assert first.json()["message"].replace("new@", "ada@") == second.json()["message"]
    assert letters("already")[-1].to == "ada@example.com"
    with snapshot() as session:
        assert len(session.exec(select(User).where(User.email_key == "ada@example.com")).all()) == 1


def test_wrong_password_and_unknown_address_are_refused_alike(web):
    verified(web)
    wrong = web.post("/api/auth/login", json={**ADA, "password": "something else entirely"})
    unknown = web.post("/api/auth/login", json={**ADA, "email": "nobody@example.com"})
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.json()["detail"] == unknown.json()["detail"]
    assert wrong.json()["code"] == unknown.json()["code"] == "wrong_credentials"


@pytest.mark.parametrize(
    ("change", "field", "says"),
    [
        ({"password": "short"}, "password", "at least 10"),
        ({"password": "password1234"}, "password", "easy to guess"),
        ({"password": "ada@example.com"}, "password", "easy to guess"),
        ({"password": "x" * 129}, "password", "at most 128"),
        ({"email": "not an address"}, "email", "@"),
        ({"email": "ädä@example.com"}, "email", "plain letters"),
        ({"name": "n" * 81}, "name", "at most 80"),
    ],
)
def test_each_bad_answer_has_its_own_words(web, change, field, says):
    answer = web.post("/api/auth/register", json={**ADA, **change})
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert says in answer.json()["fields"][field]
    assert letters() == []


def test_every_problem_of_a_form_is_reported_at_once(web):
    answer = web.post("/api/auth/register", json={"email": "x", "password": "y", "name": "n" * 81})
    assert set(answer.json()["fields"]) == {"email", "password", "name"}


def test_a_link_works_once(web):
    token = registered(web)
    web.post("/api/auth/verify-email", json={"token": token}).raise_for_status()
    again = web.post("/api/auth/verify-email", json={"token": token})
    assert (again.status_code, again.json()["code"]) == (409, "link_used")


def test_an_expired_link_says_so(web):
    token = registered(web)
    with transaction() as session:
        row = session.exec(select(OneTimeToken)).one()
        row.expires_at = clock.wall() - timedelta(seconds=1)
        session.add(row)
    assert (
        web.post("/api/auth/verify-email", json={"token": token}).json()["code"] == "link_expired"
    )


def test_a_newer_letter_replaces_the_older_link(web):
    old = registered(web)
    web.post("/api/auth/resend-verification", json={"email": ADA["email"]}).raise_for_status()
    new = token_of(letters("Confirm")[-1])
    assert web.post("/api/auth/verify-email", json={"token": old}).json()["code"] == "link_expired"
    assert web.post("/api/auth/verify-email", json={"token": new}).status_code == 200


def test_a_foreign_link_says_so(web):
    assert (
        web.post("/api/auth/verify-email", json={"token": "made up"}).json()["code"]
        == "link_invalid"
    )


def test_a_link_for_one_thing_does_not_open_another(web):
    token = registered(web)
    answer = web.post("/api/auth/reset-password", json={"token": token, "password": PASSWORD})
    assert answer.json()["code"] == "link_invalid"


def test_letters_to_one_address_are_few(web):
    codes = [web.post("/api/auth/register", json=ADA).status_code for _ in range(6)]
    assert codes == [201] * 5 + [429]


def test_guessing_one_password_is_slowed_down(web):
    verified(web)
    codes = [
        web.post("/api/auth/login", json={**ADA, "password": f"wrong guess number {n}"}).status_code
        for n in range(9)
    ]
    assert codes == [401] * 8 + [429]
    assert int(web.post("/api/auth/login", json=ADA).headers["retry-after"]) >= 1


def test_a_browser_gets_a_cookie_that_scripts_cannot_read(web):
    verified(web)
    answer = web.post("/api/auth/session", json={**ADA, "remember": True}, headers=OURS)
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith(f"{sessions.COOKIE}=")
    for flag in ("HttpOnly", "Secure", "Path=/", "SameSite=lax", "Max-Age=7776000"):
        assert flag in cookie
    assert answer.json()["next"] == "/onboarding"
    with snapshot() as session:
        assert (
            cookie.split("=")[1].split(";")[0]
            not in session.exec(select(LoginSession)).one().digest
        )


def test_a_foreign_page_cannot_log_a_visitor_in(web):
    verified(web)
    for headers in ({}, {"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        answer = web.post("/api/auth/session", json=ADA, headers=headers)
        assert answer.status_code == 403
        assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    ("given", "leads"),
    [
        ("/charts/EURUSD?tf=H4", "/charts/EURUSD?tf=H4"),
        ("https://evil.example", "/onboarding"),
        ("//evil.example", "/onboarding"),
        ("/\\evil.example", "/onboarding"),
        ("/a\nb", "/onboarding"),
        ("javascript:alert(1)", "/onboarding"),
    ],
)
def test_log_in_leads_only_to_our_own_pages(web, given, leads):
    verified(web)
    assert (
        web.post("/api/auth/session", json={**ADA, "next": given}, headers=OURS).json()["next"]
        == leads
    )


def test_a_new_log_in_ends_the_session_before_it(web):
    verified(web)
    first = (
        web.post("/api/auth/session", json=ADA, headers=OURS).headers["set-cookie"].split(";")[0]
    )
    web.post("/api/auth/session", json=ADA, headers={**OURS, "Cookie": first})
    assert web.get("/api/user/profile", headers={"Cookie": first}).status_code == 401


def test_logging_out_ends_the_session_at_once(web):
    tenant = new_tenant()
    headers = web.as_browser(tenant)
    assert web.get("/api/user/profile", headers=headers).status_code == 200
    answer = web.post("/api/auth/logout", headers=headers)
    assert "Max-Age=0" in answer.headers["set-cookie"]
    assert web.get("/api/user/profile", headers=headers).status_code == 401


def test_a_session_left_alone_ends(web):
    tenant = new_tenant()
    headers = web.as_browser(tenant)
    with transaction() as session:
        row = session.exec(select(LoginSession)).one()
        row.last_seen_at = clock.wall() - timedelta(hours=2, seconds=1)
        session.add(row)
    assert web.get("/api/user/profile", headers=headers).status_code == 401


def test_a_jump_of_the_business_clock_logs_nobody_out(web):
    headers = web.as_browser(new_tenant())
    clock.set_lead(timedelta(days=400))
    assert web.get("/api/user/profile", headers=headers).status_code == 200


def test_tokens_say_who_and_on_which_tier(web):
    verified(web)
    body = web.post("/api/auth/login", json=ADA).json()
    assert body["user"]["email"] == "ada@example.com"
    assert body["user"]["plan_type"] == "free"
    assert body["token_type"] == "Bearer"
    profile = web.get(
        "/api/user/profile", headers={"Authorization": f"Bearer {body['access_token']}"}
    )
    assert profile.json()["id"] == body["user"]["id"]


def test_a_refresh_token_works_once_and_its_reuse_ends_the_log_in(web, time_machine):
    time_machine.move_to(clock.wall())
    verified(web)
    old = web.post("/api/auth/login", json=ADA).json()["refresh_token"]
    new = web.post("/api/auth/refresh", json={"refresh_token": old}).json()["refresh_token"]
    assert (
        web.post("/api/auth/refresh", json={"refresh_token": old}).status_code == 409
    )  # another tab, a moment ago
    time_machine.shift(timedelta(seconds=11))
    stolen = web.post("/api/auth/refresh", json={"refresh_token": old})
    assert (stolen.status_code, stolen.json()["code"]) == (401, "refresh_reused")
    assert (
        web.post("/api/auth/refresh", json={"refresh_token": new}).json()["code"] == "token_invalid"
    )


def test_a_new_password_ends_every_log_in(web):
    verified(web)
    tokens = web.post("/api/auth/login", json=ADA).json()
    cookie = (
        web.post("/api/auth/session", json=ADA, headers=OURS).headers["set-cookie"].split(";")[0]
    )
    web.post("/api/auth/forgot-password", json={"email": ADA["email"]}).raise_for_status()
    link = token_of(letters("Choose")[-1])
    new = "another five calm anchored words"
    assert (
        web.post("/api/auth/reset-password", json={"token": link, "password": new}).status_code
        == 200
    )
    assert web.get("/api/user/profile", headers={"Cookie": cookie}).status_code == 401
    assert (
        web.post("/api/auth/refresh", json={"refresh_token": tokens["refresh_token"]}).status_code
        == 401
    )
    assert web.post("/api/auth/login", json=ADA).status_code == 401
    assert web.post("/api/auth/login", json={**ADA, "password": new}).status_code == 200


def test_asking_for_a_new_password_tells_nothing_about_an_address(web):
    verified(web)
    known = web.post("/api/auth/forgot-password", json={"email": ADA["email"]})
    unknown = web.post("/api/auth/forgot-password", json={"email": "nobody@example.com"})
    assert known.json() == unknown.json()
    assert known.status_code == unknown.status_code == 200


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"email": 5, "password": null}'])
def test_a_broken_body_is_a_problem_document(web, body):
    answer = web.post("/api/auth/login", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 422
    assert answer.json()["code"] == "invalid"
    assert answer.json()["request_id"] == answer.headers["x-request-id"]


def test_nobodys_log_out_writes_nothing(web):
    """A stranger in a loop must not be able to fill the audit chain."""
    for body in (None, {"refresh_token": "made up"}):
        assert web.post("/api/auth/logout", json=body).status_code == 200
    with snapshot() as session:
        assert session.exec(select(AuditLog)).all() == []


def test_an_access_token_ends_with_its_log_in(web):
    verified(web)
    ended, other = (web.post("/api/auth/login", json=ADA).json() for _ in range(2))
    web.post("/api/auth/logout", json={"refresh_token": ended["refresh_token"]})
    answers = [
        web.get("/api/user/profile", headers={"Authorization": f"Bearer {tokens['access_token']}"})
        for tokens in (ended, other)
    ]
    assert [answer.status_code for answer in answers] == [401, 200]


def test_a_programs_log_out_is_audited_as_its_owners(web):
    verified(web)
    tokens = web.post("/api/auth/login", json=ADA).json()
    web.post("/api/auth/logout", json={"refresh_token": tokens["refresh_token"]})
    with snapshot() as session:
        last = session.exec(select(AuditLog).order_by(AuditLog.id.desc())).first()
    assert (last.event, last.actor_id) == ("session.ended", tokens["user"]["id"])
