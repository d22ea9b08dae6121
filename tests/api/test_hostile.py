"""A stranger at the REST edge: each test is an attack that once worked, or would without its guard."""

import logging
import re
import stat

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import select
from starlette.requests import Request

from saas_app.api import caller
from saas_app.audit.trail import Origin
from saas_app.core import clock, logs
from saas_app.core.db import snapshot, transaction
from saas_app.core.tasks import REGISTRY, Task
from saas_app.notifications.models import Mail
from tests.conftest import given_settings
from tests.support.billing_world import new_tenant

pytestmark = pytest.mark.db

VICTIM = "ada@example.com"
THEIRS = "a stranger picked these words"
# A spelling that means the same domain: a full-width e.
WIDE = "\uff45"
OWN = "four unrelated harbour words"


@pytest.fixture(autouse=True)
def unsent(monkeypatch):
    """The letters stay in their table: what they say is looked at here."""
    monkeypatch.setitem(REGISTRY, "mail.send", Task("mail.send", lambda _payload: None, 1))


def letters():
    with snapshot() as session:
        return session.exec(select(Mail).order_by(Mail.id)).all()


def newest_token():
    return re.search(r"token=([\w-]+)", letters()[-1].body).group(1)


def register(web, password, name=""):
    form = {"email": VICTIM, "password": password, "name": name}
    assert web.post("/api/auth/register", json=form).status_code == 201


def log_in(web, password):
    return web.post("/api/auth/login", json={"email": VICTIM, "password": password})


def test_a_password_planted_before_the_owner_signed_up_never_opens_their_account(web):
    register(web, THEIRS)
    first = newest_token()
    register(web, OWN)
    assert web.post("/api/auth/verify-email", json={"token": first}).status_code >= 400
    chosen = web.post("/api/auth/reset-password", json={"token": newest_token(), "password": OWN})
    assert chosen.status_code == 200
    assert log_in(web, THEIRS).status_code == 401
    assert log_in(web, OWN).status_code == 200


def test_a_stranger_who_signs_up_after_the_owner_plants_nothing_either(web):
    register(web, OWN)
    register(web, THEIRS)
    assert log_in(web, THEIRS).json()["code"] == "wrong_credentials"
    web.post("/api/auth/resend-verification", json={"email": VICTIM}).raise_for_status()
    assert letters()[-1].subject == "Choose your password"
    proved = web.post("/api/auth/verify-email", json={"token": newest_token()})
    assert proved.status_code >= 400


def test_no_letter_to_an_unproved_address_carries_a_strangers_words(web):
    register(web, THEIRS, "You won! https://evil.example")
    web.post("/api/auth/forgot-password", json={"email": VICTIM}).raise_for_status()
    register(web, THEIRS, "Pay at evil.example")
    assert len(letters()) == 3
    assert "evil" not in "".join(each.body + each.html + each.subject for each in letters())


def test_other_spellings_of_an_address_share_one_ration_of_letters(web):
    spellings = [f"ada@{WIDE * n}{'e' * (5 - n)}xample.com" for n in range(6)]
    answers = [web.post("/api/auth/forgot-password", json={"email": each}) for each in spellings]
    assert [answer.status_code for answer in answers] == [200] * 5 + [429]


@pytest.mark.parametrize("authorization", ["", " ", "Basic eDp5", "bearer"])
def test_only_a_bearer_token_excuses_from_the_origin_check(web, shop, authorization):
    cookie = web.as_browser(new_tenant())["Cookie"]
    foreign = {"Cookie": cookie, "Origin": "https://evil.example", "Authorization": authorization}
    answer = web.post("/api/auth/logout", headers=foreign)
    assert (answer.status_code, answer.json()["code"]) == (403, "foreign_origin")


def test_a_client_cannot_choose_its_address_by_a_header_line_of_its_own(configured):
    configured.trusted_proxy_hops = 1
    lines = [(b"x-forwarded-for", b"6.6.6.6"), (b"x-forwarded-for", b"203.0.113.9")]
    request = Request({"type": "http", "headers": lines, "client": ("127.0.0.1", 1)})
    assert caller.origin(request).address == "203.0.113.9"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
    ],
)
def test_a_whole_ipv6_network_counts_as_one_place(one, other):
    assert Origin(one).place == Origin(other).place


@pytest.mark.parametrize(
    ("one", "other"),
    [("2001:db8:1:2::1", "2001:db8:1:3::1"), ("203.0.113.9", "203.0.113.8"), ("", "testclient")],
)
def test_other_networks_are_other_places(one, other):
    assert Origin(one).place != Origin(other).place


@pytest.mark.parametrize(
    "line",
    [
        "Event(router_data={'headers': {'cookie': '__Host-sid=p-SECRET_x; other=1'}})",
        "GET /reset-password?token=SECRET-1",
        "authorization: Bearer eySECRET.a.b",
        "key sk_live_SECRET and whsec_SECRET",
        "GET /api/alerts?key=%22tm_live_SECRET12345_SECRET_SECRET",
        "no mail for SECRET@example.com",
    ],
)
def test_what_a_framework_prints_is_scrubbed_too(line):
    record = logging.LogRecord("reflex", logging.ERROR, "", 1, line, None, None)
    assert "SECRET" not in logs.Scrubbing("%(message)s").format(record)


def test_a_failed_statement_does_not_print_what_it_carried(database):
    letter = {"to": VICTIM, "subject": "-", "body": "token=SECRET", "html": ""}
    with transaction() as session:
        session.add(Mail(key="one", created_at=clock.now(), **letter))
    with pytest.raises(IntegrityError) as failed, transaction() as session:
        session.add(Mail(key="one", created_at=clock.now(), **letter))
    assert "SECRET" not in str(failed.value)


def test_nobody_else_on_the_machine_reads_the_data(tmp_path):
    made = given_settings(tmp_path / "fresh").data_dir
    assert stat.S_IMODE(made.stat().st_mode) & 0o077 == 0
