"""Known and unknown addresses look alike: by status, by words and by time."""

import pytest

from saas_app.accounts import passwords
from saas_app.accounts.models import User
from saas_app.core import rate_limit, tasks
from saas_app.core.db import transaction
from tests.support import timing
from tests.support.billing_world import NoPost, new_tenant

pytestmark = pytest.mark.db
KNOWN = "ada@example.com"
PASSWORD = "a quiet boat in the harbour"


@pytest.fixture
def ada(web):
    """Known, proved, with a password; letters are put down as in production, not sent."""
    ada = new_tenant()
    with transaction() as session:
        owner = session.get(User, ada.owner.id)
        owner.password_hash = passwords.hashed(PASSWORD)
        session.add(owner)
    tasks.install(NoPost())
    return ada


@pytest.fixture(autouse=True)
def endless_patience(monkeypatch):
    """Counting stays, refusing would end the measurement."""
    monkeypatch.setattr(rate_limit, "hit", lambda *_args, **_limits: (1, 1))


REQUESTS = {
    "forgot-password": {},
    "resend-verification": {},
    "login": {"password": "not the password"},
    "register": {"password": PASSWORD},
}


def asks(web, name, email):
    return web.post(f"/api/auth/{name}", json={"email": email, **REQUESTS[name]})


def strange(sample):
    return f"nobody{sample}@example.com"


@pytest.mark.parametrize("name", REQUESTS)
def test_status_and_words_are_the_same(web, ada, name):
    known, unknown = asks(web, name, KNOWN), asks(web, name, strange(0))
    assert known.status_code == unknown.status_code
    drop = ("request_id",)
    shown = [
        {
            key: str(value).replace(KNOWN, "@").replace(strange(0), "@")
            for key, value in body.items()
        }
        for body in (known.json(), unknown.json())
    ]
    assert [{key: value for key, value in body.items() if key not in drop} for body in shown] == [
        {key: value for key, value in shown[0].items() if key not in drop}
    ] * 2


@pytest.mark.parametrize("name", REQUESTS)
def test_they_take_the_same_time(web, ada, name):
    asks(web, name, KNOWN), asks(web, name, strange("first"))
    told = timing.told_apart(
        lambda _: asks(web, name, KNOWN), lambda sample: asks(web, name, strange(sample))
    )
    assert told == ""


def test_the_measure_tells_a_difference_of_a_tenth_apart():
    assert (
        timing.mann_whitney_p(
            [1 + i / 1000 for i in range(60)], [1.1 + i / 1000 for i in range(60)]
        )
        < 0.01
    )
