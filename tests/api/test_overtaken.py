"""What was right a moment ago: a log-in, a change or a proof that something else overtook."""

import pytest
from sqlmodel import select

from saas_app.accounts import entry, login, new_password, passwords, refresh, sessions
from saas_app.accounts.entry import Method
from saas_app.accounts.errors import PendingLoginOver
from saas_app.accounts.models import LoginSession, User
from saas_app.accounts.second_factor.models import PendingLogin
from saas_app.audit.trail import NOWHERE
from saas_app.core import clock, tasks, tokens
from saas_app.core.db import snapshot, transaction
from saas_app.core.errors import SaasError
from tests.support.billing_world import NoPost, new_tenant, reloaded
from tests.support.racing import raced

pytestmark = pytest.mark.db
PASSWORD = "four unrelated harbour words"
BETTER = "another quiet boat at anchor"


@pytest.fixture
def ada(web):
    ada = new_tenant()
    tasks.install(NoPost())
    has_password(ada, PASSWORD)
    return ada


def has_password(ada, password):
    with transaction() as session:
        owner = session.get(User, ada.owner.id)
        owner.password_hash = passwords.hashed(password)
        session.add(owner)


def overtaken(monkeypatch, module, name, by):
    """Let `by` happen right after `module.name` said yes."""
    real = getattr(module, name)

    def then_overtaken(*args, **kwargs):
        answer = real(*args, **kwargs)
        by()
        return answer

    monkeypatch.setattr(module, name, then_overtaken)


@pytest.mark.parametrize("door", ["session", "login"])
def test_a_log_in_does_not_come_out_behind_a_change_of_password(web, ada, monkeypatch, door):
    overtaken(monkeypatch, login, "authenticate", lambda: has_password(ada, BETTER))
    who = {"email": ada.owner.email, "password": PASSWORD}
    page = {"Origin": str(web.client.base_url).rstrip("/")}
    assert web.post(f"/api/auth/{door}", json=who, headers=page).status_code == 401
    with snapshot() as session:
        assert not session.exec(select(LoginSession)).all()
        assert not refresh.list_of(session, ada.owner.id)


def test_hashing_a_password_anew_does_not_bring_an_older_one_back(ada, monkeypatch):
    def verified(password, _known):
        has_password(ada, BETTER)
        return True, f"a fresh hash of {password}"

    monkeypatch.setattr(passwords, "verified", verified)
    login.authenticate(ada.owner.email, PASSWORD, place="192.0.2.1")
    monkeypatch.undo()
    assert "a fresh hash" not in reloaded(ada.owner).password_hash


def test_a_change_of_password_does_not_undo_a_newer_choice(web, ada, monkeypatch):
    browser = web.as_browser(ada)
    overtaken(monkeypatch, new_password, "checked", lambda: has_password(ada, BETTER))
    newest = reloaded(ada.owner)
    wanted = {"current": PASSWORD, "password": "yet another boat in a storm"}
    answer = web.post("/api/user/password", json=wanted, headers=browser)
    assert answer.status_code == 409
    assert newest.password_hash != reloaded(ada.owner).password_hash
    assert passwords.verified(BETTER, reloaded(ada.owner).password_hash)[0]


def test_a_half_done_log_in_ends_with_the_password_it_began_with(web, ada):
    browser = web.as_browser(ada)
    issued, at = tokens.issue(), clock.wall()
    with transaction() as session:
        session.add(
            PendingLogin(
                digest=issued.digest,
                user_id=ada.owner.id,
                created_at=at,
                expires_at=at + entry.PENDING_FOR,
                methods=Method.PASSWORD,
            )
        )
    change = {"current": PASSWORD, "password": BETTER}
    assert web.post("/api/user/password", json=change, headers=browser).status_code == 200
    with snapshot() as session, pytest.raises(PendingLoginOver):
        entry.pending(session, issued.plain)


def test_no_token_slips_past_the_end_of_all_log_ins(ada):
    with transaction() as session:
        plains = [refresh.start(session, ada.owner.id, ada.id).plain for _ in range(24)]

    def turn(number):
        if number == len(plains):
            with transaction() as session:
                sessions.end_others(session, ada.owner.id, keep="")
            return
        plain = plains[number]
        for _ in range(6):
            with transaction() as session:
                plain = refresh.rotate(session, plain).plain

    raced(turn, len(plains) + 1)
    with snapshot() as session:
        assert refresh.list_of(session, ada.owner.id) == []


def test_a_proof_does_not_bring_an_ended_log_in_back(ada):
    with transaction() as session:
        plains = [
            sessions.start(session, ada.owner, ada.id, remember=False, origin=NOWHERE)
            for _ in range(24)
        ]

    def turn(number):
        if number == len(plains):
            with transaction() as session:
                sessions.end_others(session, ada.owner.id, keep="")
            return
        plain = plains[number]
        for _ in range(6):
            with transaction() as session:
                plain = sessions.renew(session, tokens.digest(plain), Method.PASSWORD)

    outcomes = raced(turn, len(plains) + 1)
    assert all(isinstance(each, SaasError) for each in outcomes if each is not None)
    with snapshot() as session:
        assert session.exec(select(LoginSession)).all() == []
