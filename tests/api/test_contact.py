"""Writing to the operator: who is written to, what is refused, and how often."""

import pytest
from sqlmodel import select

from saas_app.core import tasks
from saas_app.core.db import snapshot
from saas_app.core.settings import settings
from saas_app.help import contact
from saas_app.notifications.models import Mail
from tests.support.billing_world import NoPost, new_tenant

FORM = {
    "email": "stranger@example.com",
    "topic": "bug",
    "message": "The chart stays empty.\n\nSince today {brand} <b>x</b>.",
}


@pytest.fixture(autouse=True)
def no_post(web):
    """What is to be sent stays written down."""
    tasks.install(NoPost())


def letters():
    with snapshot() as session:
        return list(session.exec(select(Mail).order_by(Mail.id)))


def test_a_stranger_reaches_the_operator_and_nobody_else_is_written_to(web):
    answer = web.post("/api/contact", json=FORM)
    assert answer.status_code == 200, answer.text
    (letter,) = letters()
    assert letter.to == settings().mail_from_address
    assert "stranger@example.com" in letter.subject
    assert FORM["message"] in letter.body
    assert "not proved" in letter.body
    assert "mailto:stranger@example.com" in letter.html
    assert "<b>x" not in letter.html


def test_who_is_signed_in_gets_a_receipt_at_their_own_address_only(web, configured):
    configured.support_email = "support@tide.example"
    ada = new_tenant()
    answer = web.post("/api/contact", json=FORM, headers=web.as_browser(ada))
    assert answer.status_code == 200, answer.text
    assert [letter.to for letter in letters()] == ["support@tide.example", ada.owner.email]
    assert "stranger@example.com" not in "".join(letter.body for letter in letters())


def test_all_problems_are_told_at_once_and_nothing_is_sent(web):
    answer = web.post("/api/contact", json={"email": "x", "topic": "spam", "message": " short "})
    assert answer.status_code == 422
    assert set(answer.json()["fields"]) == {"email", "topic", "message"}
    assert letters() == []


@pytest.mark.parametrize(
    ("length", "status"),
    [
        (contact.SHORTEST - 1, 422),
        (contact.SHORTEST, 200),
        (contact.LONGEST, 200),
        (contact.LONGEST + 1, 422),
    ],
)
def test_a_message_has_its_bounds(web, length, status):
    assert web.post("/api/contact", json={**FORM, "message": "x" * length}).status_code == status


def test_an_address_cannot_smuggle_a_header_in(web):
    answer = web.post("/api/contact", json={**FORM, "email": "a@example.com\nBcc: b@example.com"})
    assert answer.status_code == 422
    assert letters() == []


def test_the_same_message_twice_a_day_is_one_letter(web):
    for _ in range(2):
        assert web.post("/api/contact", json=FORM).status_code == 200
    assert len(letters()) == 1


def test_one_person_sends_five_a_day(web):
    sent = [
        web.post("/api/contact", json={**FORM, "message": f"Number {n} of many"}) for n in range(6)
    ]
    assert [answer.status_code for answer in sent] == [200] * 5 + [429]
    assert len(letters()) == 5


def test_one_place_tries_twenty_times_an_hour(web):
    tried = [web.post("/api/contact", json={}).status_code for _ in range(21)]
    assert tried == [422] * 20 + [429]
