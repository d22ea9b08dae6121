"""Logging in by Google, Microsoft and GitHub, against the sandbox's own: joining, linking, attacking."""

import re
from datetime import timedelta

import httpx
import pytest
import time_machine
from sqlmodel import select

from saas_app.accounts import entry, passwords, people, sessions
from saas_app.accounts.models import User
from saas_app.accounts.oauth import discovery, identities, visits
from saas_app.accounts.oauth.models import Identity, ProviderVisit
from saas_app.accounts.second_factor.models import Totp
from saas_app.audit.models import AuditLog
from saas_app.audit.trail import NOWHERE
from saas_app.core import clock
from saas_app.core.db import snapshot, transaction
from saas_app.core.settings import settings
from saas_app.core.tasks import REGISTRY, Task
from saas_app.notifications.models import Mail
from tests.support.billing_world import new_tenant, reloaded
from tests.support.provider_client import query
from tests.support.provider_visit import Browser

pytestmark = pytest.mark.db

PASSWORD = "four unrelated harbour words"
NORA = "nora.lindqvist@gmail.example"


@pytest.fixture(autouse=True)
def unsent(monkeypatch):
    monkeypatch.setitem(REGISTRY, "mail.send", Task("mail.send", lambda _payload: None, 1))


@pytest.fixture
def provider(sandbox_process, configured):
    sandbox_process.reset()
    configured.sandbox_port = int(sandbox_process.base_url.rsplit(":", 1)[1])
    discovery.forget()
    with httpx.Client(base_url=sandbox_process.base_url, trust_env=False) as client:
        yield client


@pytest.fixture
def browser(web, provider):
    return Browser(web, provider)


@pytest.fixture
def another(web, provider):
    return Browser(web, provider)


def everybody():
    with snapshot() as session:
        return session.exec(select(User).order_by(User.id)).all()


def connections_of(user):
    with snapshot() as session:
        return [row.provider for row in identities.of(session, people.ident(user))]


def letters(to=None):
    with snapshot() as session:
        rows = session.exec(select(Mail).order_by(Mail.id)).all()
    return [row for row in rows if to is None or row.to == to]


def events():
    with snapshot() as session:
        return [row.event for row in session.exec(select(AuditLog).order_by(AuditLog.id))]


def token_of(letter):
    return re.search(r"token=([\w-]+)", letter.body).group(1)


def account(email, *, verified=True, password=PASSWORD):
    """Somebody who came by address and password."""
    tenant = new_tenant("somebody")
    with transaction() as session:
        user = session.get(User, tenant.owner.id)
        user.email = user.email_key = email
        user.password_hash = passwords.hashed(password) if password else passwords.NOT_CHOSEN
        user.email_verified_at = clock.now() if verified else None
        session.add(user)
    return tenant


def signed_in(browser, tenant, *, ago=timedelta()):
    with transaction() as session:
        plain = sessions.start(session, tenant.owner, tenant.id, remember=False, origin=NOWHERE)
        row = session.get(sessions.LoginSession, sessions.tokens.digest(plain))
        row.authenticated_at -= ago
        session.add(row)
    browser.logs_in(plain)


# Joining and coming back


@pytest.mark.parametrize(
    ("provider_key", "who", "email"),
    [
        ("google", "Nora", NORA),
        ("microsoft", "Petra", "petra.holm@outlook.example"),
        ("microsoft", "Wei", "wei@northwind.example"),
        ("github", "Anna", "anna@code.example"),
    ],
)
def test_a_proved_address_joins_at_once_and_comes_back_as_the_same(
    browser, another, provider_key, who, email
):
    assert browser.continues(provider_key, who) == "/onboarding"
    assert browser.who.email == email
    (user,) = everybody()
    assert user.email_verified_at is not None
    assert user.password_hash == passwords.NOT_CHOSEN
    assert [letter.subject for letter in letters()] == ["Welcome to Tidemark"]
    assert events() == ["account.registered", "session.started"]

    another.continues(provider_key, who)
    assert another.who.user_id == user.id
    assert len(everybody()) == 1


def test_the_page_wanted_and_staying_logged_in_survive_the_way(browser):
    browser.continues("google", "Nora")
    page = browser.continues("google", "Nora", form={"next": "/watchlists", "remember": "on"})
    assert page == "/watchlists"
    with snapshot() as session:
        row = session.get(sessions.LoginSession, browser.who.digest)
    assert (row.remembered, row.methods) == (True, "fed")


def test_a_log_in_replaces_the_session_that_was_there(browser):
    browser.continues("google", "Nora")
    first = browser.jar[sessions.COOKIE]
    browser.continues("google", "Nora")
    assert browser.jar[sessions.COOKIE] != first
    with snapshot() as session:
        assert sessions.lookup(session, first) is None


def test_the_second_factor_is_still_asked_for(browser, another):
    browser.continues("google", "Nora")
    with transaction() as session:
        at = clock.wall()
        row = Totp(user_id=browser.who.user_id, sealed_secret="-", created_at=at, confirmed_at=at)
        session.add(row)
    assert another.continues("google", "Nora") == "/login/second-step"
    assert another.who is None
    assert entry.PENDING_COOKIE in another.jar


@pytest.mark.parametrize(
    ("provider_key", "who", "email"),
    [
        ("google", "Uma", "uma@unproved.example"),
        ("microsoft", "Sol", "sol@northwind.example"),
        ("github", "Ulf", "ulf@unproved.example"),
    ],
)
def test_an_unproved_address_is_confirmed_by_our_letter_first(browser, provider_key, who, email):
    assert browser.continues(provider_key, who).startswith("/login/provider/letter")
    assert browser.who is None
    (user,) = everybody()
    assert user.email_verified_at is None
    assert browser.continues(provider_key, who).startswith("/login/provider/letter")
    assert browser.who is None
    token = token_of(letters(email)[-1])
    browser.post("/api/auth/verify-email", json={"token": token}).raise_for_status()
    assert browser.continues(provider_key, who) == "/onboarding"
    assert browser.who.email == email


def test_whoever_shows_no_address_is_asked_for_one(browser):
    assert browser.continues("github", "Pia").startswith("/login/provider/address")
    assert everybody() == []
    wrong = browser.post("/api/auth/provider/address", json={"email": "no address"})
    assert wrong.status_code == 422
    assert wrong.json()["fields"]["email"]
    answer = browser.post("/api/auth/provider/address", json={"email": "pia@mail.example"})
    assert answer.json()["next"] == "/login/provider/letter"
    assert browser.who is None
    token = token_of(letters("pia@mail.example")[-1])
    browser.post("/api/auth/verify-email", json={"token": token}).raise_for_status()
    assert browser.continues("github", "Pia") == "/onboarding"
    assert browser.who.email == "pia@mail.example"


def test_a_mistyped_address_can_be_given_again(browser):
    browser.continues("github", "Pia")
    browser.post("/api/auth/provider/address", json={"email": "pai@mail.example"})
    browser.post("/api/auth/provider/address", json={"email": "pia@mail.example"})
    token = token_of(letters("pia@mail.example")[-1])
    browser.post("/api/auth/verify-email", json={"token": token}).raise_for_status()
    assert browser.continues("github", "Pia") == "/onboarding"
    assert browser.who.email == "pia@mail.example"


# An address that has an account


def test_a_proved_address_with_an_account_is_never_connected_by_itself(browser):
    owner = account(NORA).owner
    assert browser.continues("google", "Nora").startswith("/login/provider/known")
    assert browser.who is None
    assert connections_of(owner) == []


def test_its_owner_connects_it_by_logging_in_as_usual(browser, another):
    tenant = account(NORA)
    browser.continues("google", "Nora")
    stranger = browser.post("/api/auth/provider/connect", json={})
    assert stranger.status_code == 401
    logged_in = {"email": NORA, "password": PASSWORD}
    browser.post("/api/auth/session", json=logged_in).raise_for_status()
    answer = browser.post("/api/auth/provider/connect", json={})
    assert answer.json()["next"] == "/settings/security?notice=connected_google"
    assert connections_of(tenant.owner) == ["google"]
    assert "can now open" in letters(NORA)[-1].subject
    assert "identity.connected" in events()
    another.continues("google", "Nora")
    assert another.who.user_id == tenant.owner.id
    assert browser.post("/api/auth/provider/connect", json={}).json()["code"] == (
        "provider_offer_over"
    )


def test_somebody_elses_log_in_connects_nothing(browser):
    tenant = account(NORA)
    browser.continues("google", "Nora")
    signed_in(browser, new_tenant("eve"))
    answer = browser.post("/api/auth/provider/connect", json={})
    assert answer.json()["code"] == "provider_another_account"
    assert connections_of(tenant.owner) == []


def test_its_owner_connects_it_by_a_mailed_link_in_the_same_browser(browser, another):
    tenant = account(NORA)
    browser.continues("google", "Nora", form={"next": "/watchlists"})
    browser.post("/api/auth/provider/mail-link").raise_for_status()
    token = token_of(letters(NORA)[-1])
    foreign = another.post("/api/auth/provider/connect", json={"token": token})
    assert foreign.json()["code"] == "provider_offer_over"
    assert connections_of(tenant.owner) == []
    answer = browser.post("/api/auth/provider/connect", json={"token": token})
    assert answer.json()["next"] == "/watchlists"
    assert browser.who.user_id == tenant.owner.id
    assert connections_of(tenant.owner) == ["google"]
    again = browser.post("/api/auth/provider/connect", json={"token": token})
    assert again.json()["code"] == "provider_offer_over"


def test_a_link_of_one_visit_does_not_serve_another(browser, another):
    """Eve may be at Google with an account that names Ada's mailbox; Ada's link opens Ada's visit only."""
    account(NORA)
    browser.continues("google", "Nora")
    browser.post("/api/auth/provider/mail-link").raise_for_status()
    another.continues("google", "Nora")
    token = token_of(letters(NORA)[-1])
    answer = another.post("/api/auth/provider/connect", json={"token": token})
    assert answer.json()["code"] == "provider_offer_over"


def test_a_mailbox_alone_adds_no_way_in_where_a_second_factor_is_asked_for(browser):
    tenant = account(NORA)
    with transaction() as session:
        at = clock.wall()
        row = Totp(user_id=tenant.owner.id, sealed_secret="-", created_at=at, confirmed_at=at)
        session.add(row)
    browser.continues("google", "Nora")
    browser.post("/api/auth/provider/mail-link").raise_for_status()
    token = token_of(letters(NORA)[-1])
    answer = browser.post("/api/auth/provider/connect", json={"token": token})
    assert (answer.status_code, answer.json()["code"]) == (403, "second_factor_first")
    assert browser.who is None
    assert connections_of(tenant.owner) == []


def test_an_unproved_address_tells_a_stranger_nothing_about_its_account(browser, another):
    owner = account("known@mail.example").owner
    known = browser.continues("github", name="Eve", email="known@mail.example")
    fresh = another.continues("github", name="Eve", email="fresh@mail.example")
    assert known == fresh
    assert set(browser.jar) == set(another.jar)
    assert connections_of(owner) == []
    assert [letter.subject for letter in letters("known@mail.example")] == [
        "You already have an account"
    ]
    mailed = browser.post("/api/auth/provider/mail-link")
    assert mailed.json() == another.post("/api/auth/provider/mail-link").json()
    assert len(letters("known@mail.example")) == 1


def test_its_owner_may_still_connect_what_the_provider_did_not_vouch_for(browser):
    tenant = account("known@mail.example")
    browser.continues("github", name="Ada", email="known@mail.example")
    signed_in(browser, tenant)
    browser.post("/api/auth/provider/connect", json={}).raise_for_status()
    assert connections_of(tenant.owner) == ["github"]


def test_who_proves_an_address_finds_nothing_that_a_stranger_set_up(browser, another):
    """Eve signed up with Nora's address and waits; Nora comes by Google."""
    tenant = account(NORA, verified=False)
    signed_in(another, tenant)
    assert browser.continues("google", "Nora") == "/onboarding"
    assert browser.who.user_id == tenant.owner.id
    assert another.who is None
    user = reloaded(tenant.owner)
    assert user.password_hash == passwords.NOT_CHOSEN
    assert user.name == "Nora Lindqvist"
    assert connections_of(user) == ["google"]
    refused = another.post("/api/auth/session", json={"email": NORA, "password": PASSWORD})
    assert refused.status_code == 401
    assert "account.reclaimed" in events()


def test_a_strangers_provider_account_does_not_survive_the_owners_sign_up(browser, another, web):
    """Eve came with GitHub and Nora's address, unproved. Nora signs up by password and proves it."""
    browser.continues("github", name="Eve", email=NORA)
    form = {"email": NORA, "password": PASSWORD, "name": "Nora"}
    another.post("/api/auth/register", json=form).raise_for_status()
    token = token_of(letters(NORA)[-1])
    chosen = another.post("/api/auth/reset-password", json={"token": token, "password": PASSWORD})
    assert chosen.status_code == 200
    assert browser.continues("github", name="Eve", email=NORA).startswith("/login/provider/letter")
    assert browser.who is None
    assert connections_of(everybody()[0]) == []


# Connecting and disconnecting


def test_a_provider_is_connected_and_taken_away_again(browser):
    tenant = account("ada@mail.example")
    signed_in(browser, tenant)
    going = browser.post("/auth/github/connect").json()["next"]
    page = browser.arrives(browser.chooses(going, "Anna"))
    assert page == "/settings/security?notice=connected_github"
    listed = browser.get("/api/user/identities").json()
    (row,) = listed["identities"]
    assert (row["provider"], row["email"]) == ("github", "anna@code.example")
    assert listed["removable"] is True
    browser.post(f"/api/user/identities/{row['id']}/disconnect").raise_for_status()
    assert connections_of(tenant.owner) == []
    subjects = [letter.subject for letter in letters()]
    assert ["can now open" in subjects[0], "no longer open" in subjects[1]] == [True, True]


def test_an_old_log_in_proves_itself_first(browser):
    signed_in(browser, account("ada@mail.example"), ago=timedelta(minutes=11))
    assert browser.post("/auth/github/connect").json()["code"] == "step_up_required"
    gone = browser.post("/api/user/identities/1/disconnect")
    assert gone.json()["code"] == "step_up_required"


def test_a_stranger_connects_nothing(browser):
    assert browser.post("/auth/github/connect").status_code == 401


def test_the_only_way_to_log_in_stays(browser):
    browser.continues("google", "Nora")
    (row,) = browser.get("/api/user/identities").json()["identities"]
    refused = browser.post(f"/api/user/identities/{row['id']}/disconnect")
    assert (refused.status_code, refused.json()["code"]) == (409, "last_way_in")
    going = browser.post("/auth/github/connect").json()["next"]
    browser.arrives(browser.chooses(going, "Anna"))
    browser.post(f"/api/user/identities/{row['id']}/disconnect").raise_for_status()


def test_somebody_elses_connection_and_none_look_alike(browser, another):
    browser.continues("google", "Nora")
    (row,) = browser.get("/api/user/identities").json()["identities"]
    signed_in(another, account("eve@mail.example"))
    theirs = another.post(f"/api/user/identities/{row['id']}/disconnect")
    missing = another.post("/api/user/identities/99999/disconnect")
    assert theirs.status_code == missing.status_code == 404
    assert theirs.json()["detail"] == missing.json()["detail"]


def test_a_provider_account_opens_one_account_only(browser, another):
    browser.continues("google", "Nora")
    eve = account("eve@mail.example")
    signed_in(another, eve)
    going = another.post("/auth/google/connect").json()["next"]
    page = another.arrives(another.chooses(going, "Nora"))
    assert page == "/settings/security?notice=provider_taken"
    assert connections_of(eve.owner) == []


def test_connecting_ends_with_the_log_in_that_began_it(browser):
    tenant = account("ada@mail.example")
    signed_in(browser, tenant)
    back = browser.chooses(browser.post("/auth/github/connect").json()["next"], "Anna")
    signed_in(browser, new_tenant("eve"))
    assert browser.arrives(back).startswith("/login/provider/again")
    assert connections_of(tenant.owner) == []


# Cancelling, coming late, attacking


def test_saying_no_leads_to_a_calm_page_that_keeps_where_one_wanted_to_go(browser):
    back = browser.chooses(browser.leaves("google", next="/watchlists"), "Nora", answer="cancel")
    assert browser.arrives(back) == "/login/provider/stopped?next=%2Fwatchlists"
    assert everybody() == []


def test_saying_no_while_connecting_leads_back_to_settings(browser):
    signed_in(browser, account("ada@mail.example"))
    going = browser.post("/auth/github/connect").json()["next"]
    back = browser.chooses(going, "Anna", answer="cancel")
    assert browser.arrives(back) == "/settings/security?notice=provider_declined"


def test_a_callback_works_once(browser):
    back = browser.chooses(browser.leaves("google"), "Nora")
    browser.arrives(back)
    browser.jar.pop(sessions.COOKIE)
    assert browser.arrives(back) == "/login/provider/again"
    assert browser.who is None


def test_another_browsers_callback_is_refused_and_stays_good_for_its_own(browser, another):
    """Log-in CSRF: Eve begins, and has Ada's browser finish."""
    back = browser.chooses(browser.leaves("google"), "Nora")
    assert another.arrives(back) == "/login/provider/again"
    another.leaves("google")
    assert another.arrives(back) == "/login/provider/again"
    assert another.who is None
    assert browser.arrives(back) == "/onboarding"


def test_a_second_tab_does_not_disturb_the_first(browser):
    first, second = browser.leaves("google"), browser.leaves("google", next="/watchlists")
    assert browser.arrives(browser.chooses(second, "Nora")) == "/watchlists"
    assert browser.arrives(browser.chooses(first, "Nora")) == "/onboarding"


@pytest.mark.parametrize("change", ["", "x", "gone"])
def test_the_state_must_be_exact(browser, change):
    back = browser.chooses(browser.leaves("google"), "Nora")
    state = query(back)["state"]
    tampered = back.replace(f"state={state}", f"state={change and state + change}")
    if change == "gone":
        tampered = back.replace(f"&state={state}", "")
    assert browser.arrives(tampered) == "/login/provider/again"
    assert browser.who is None


def test_an_answer_for_one_provider_is_not_taken_at_another(browser):
    """Mix-up: each provider has its own callback, and a visit belongs to one provider."""
    back = browser.chooses(browser.leaves("google"), "Nora")
    assert browser.arrives(back.replace("/google/", "/microsoft/")) == "/login/provider/again"
    github = query(browser.leaves("github"))["state"]
    code = query(back)["code"]
    crossed = f"/auth/github/callback?code={code}&state={github}"
    assert browser.arrives(crossed) == "/login/provider/again"
    assert browser.who is None


def test_a_code_of_one_visit_does_not_serve_another(browser):
    """Code injection: PKCE and nonce bind the code to the visit that asked for it."""
    mine = browser.chooses(browser.leaves("google"), "Nora")
    stolen = query(browser.chooses(browser.leaves("google"), "Tomas"))["code"]
    injected = mine.replace(query(mine)["code"], stolen)
    assert browser.arrives(injected) == "/login/provider/again"
    assert browser.who is None


@pytest.mark.parametrize("change", ["tampered", "gone", "twice"])
def test_the_answers_issuer_is_googles(browser, change):
    back = browser.chooses(browser.leaves("google"), "Nora")
    head, _, iss = back.partition("&iss=")
    changed = {
        "tampered": f"{head}&iss=https%3A%2F%2Fevil.example",
        "gone": head,
        "twice": f"{back}&iss={iss}",
    }
    assert browser.arrives(changed[change]) == "/login/provider/again"
    assert browser.who is None


def test_whoever_comes_late_starts_again_and_keeps_where_they_wanted_to_go(browser):
    back = browser.chooses(browser.leaves("github", next="/watchlists"), "Anna")
    with time_machine.travel(clock.wall() + visits.LASTS + timedelta(seconds=1), tick=False):
        assert browser.arrives(back) == "/login/provider/again?next=%2Fwatchlists"
    assert browser.who is None


@pytest.mark.parametrize(
    "where", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_the_next_page_is_one_of_ours(browser, where):
    assert browser.continues("google", "Nora", form={"next": where}) == "/onboarding"


@pytest.mark.parametrize("origin", ["https://evil.example", "null", None])
def test_a_foreign_page_starts_no_log_in(web, provider, origin):
    headers = {"Origin": origin} if origin else {}
    answer = web.post("/auth/google/start", headers=headers, follow_redirects=False)
    assert answer.status_code == 403


def test_nothing_that_could_be_stolen_is_stored_or_shown_in_the_clear(browser):
    """The address carries state and hashes; nonce and verifier rest sealed, the state as a digest."""
    going = query(browser.leaves("google", next="/watchlists"))
    assert going["code_challenge_method"] == "S256"
    assert "code_verifier" not in going
    with snapshot() as session:
        (row,) = session.exec(select(ProviderVisit)).all()
    assert going["state"] not in str(row.model_dump())
    assert going["nonce"] not in str(row.model_dump())
    assert "watchlists" not in str(row.model_dump())


def test_the_cookie_is_ours_alone_and_short(browser):
    answer = browser.post("/auth/google/start")
    (line,) = answer.headers.get_list("set-cookie")
    assert line.startswith("__Host-oauth=")
    for part in ("HttpOnly", "Secure", "SameSite=lax", "Path=/", "Max-Age=600"):
        assert part in line


def test_a_provider_that_is_gone_leads_to_a_page_that_says_so(browser, configured):
    configured.sandbox_port = 9
    discovery.forget()
    answer = browser.post("/auth/google/start", data={"next": "/watchlists"})
    assert answer.headers["location"] == "/login/provider/away?next=%2Fwatchlists"


def test_without_keys_and_sandbox_there_is_no_such_door(browser, configured):
    configured.env = "production"
    for path in ("start", "connect"):
        signed_in(browser, new_tenant(path))
        answer = browser.post(f"/auth/google/{path}")
        assert answer.status_code == 404 or answer.headers["location"] == "/login/provider/again"
    assert browser.arrives("/auth/google/callback?state=x&code=y") == "/login/provider/again"


def test_forms_may_be_sent_to_the_providers(configured, provider):
    from saas_app.api import csp  # noqa: PLC0415 — computed once per process: looked at unwrapped

    assert f"localhost:{settings().sandbox_port}" in csp.policy.__wrapped__()


def test_forgotten_visits_are_purged(browser):
    browser.leaves("google")
    with transaction() as session:
        assert visits.purge(session) == 0
    later = clock.wall() + timedelta(hours=2)
    with time_machine.travel(later, tick=False), transaction() as session:
        assert visits.purge(session) == 1


def test_an_identity_is_never_told_by_its_address(browser, another):
    """Two people at two providers with one address are two identities; the second is asked."""
    browser.continues("google", name="Ada", email="ada@mail.example", verified="on")
    page = another.continues("microsoft", name="Eve", email="ada@mail.example", verified="on")
    assert page.startswith("/login/provider/known")
    with snapshot() as session:
        assert len(session.exec(select(Identity)).all()) == 1
