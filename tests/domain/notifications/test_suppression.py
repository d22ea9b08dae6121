"""Letters stop going where they bounce or are unwelcome; the list itself names nobody."""

from datetime import timedelta

import pytest
import time_machine
from sqlmodel import select

from saas_app.core import clock, tasks
from saas_app.core.db import snapshot, transaction
from saas_app.notifications import mail, suppression
from saas_app.notifications.models import Mail, Suppression
from tests.support.billing_world import NoPost, new_tenant

pytestmark = pytest.mark.db
ADA = "ada@example.com"


@pytest.fixture(autouse=True)
def post(database):
    tasks.install(NoPost())


def forbidden(*, leavable=False, address=ADA):
    with snapshot() as session:
        return suppression.forbids(session, address, leavable=leavable)


def written(key="welcome:1", **more):
    with transaction() as session:
        mail.write(session, "welcome", key=key, to=ADA, link="https://x.example", **more)
    with snapshot() as session:
        return session.exec(select(Mail).where(Mail.key == key)).one()


def test_a_mailbox_that_is_gone_gets_nothing_and_the_letter_says_why():
    with transaction() as session:
        suppression.hard(session, "Ada@Example.com", "550 no such user")
    letter = written()
    assert (letter.failure, letter.body, letter.html) == ("suppressed", "", "")
    assert letter.failed_at is not None


def test_a_complaint_stops_lists_and_lets_letters_for_safety_through():
    with transaction() as session:
        suppression.complaint(session, ADA)
    assert forbidden(leavable=True)
    assert not forbidden(leavable=False)
    assert written().failed_at is None
    assert written("plan:1", user_id=new_tenant().owner.id, list_name="plan").failed_at is not None


def test_five_passing_troubles_in_a_week_are_one_too_many():
    def trouble():
        with transaction() as session:
            return suppression.soft(session, ADA, "450 full")

    assert [trouble() for _ in range(4)] == [False] * 4
    assert not forbidden()
    assert trouble() is True
    assert forbidden()


def test_troubles_of_last_week_do_not_count():
    for _ in range(4):
        with transaction() as session:
            suppression.soft(session, ADA)
    later = clock.wall() + timedelta(days=7)
    with time_machine.travel(later, tick=False), transaction() as session:
        assert suppression.soft(session, ADA) is False
        assert suppression.purge(session) == 4


def test_a_mailbox_that_is_gone_weighs_more_than_a_complaint():
    with transaction() as session:
        suppression.complaint(session, ADA)
        suppression.hard(session, ADA)
    assert forbidden(leavable=False)


def test_an_address_can_be_let_in_again():
    with transaction() as session:
        suppression.hard(session, ADA)
        assert suppression.lift(session, ADA) is True
        assert suppression.lift(session, ADA) is False
    assert not forbidden()


def test_another_address_is_not_concerned_and_none_can_be_read_from_the_list():
    with transaction() as session:
        suppression.hard(session, ADA, "550")
    assert not forbidden(address="eve@example.com")
    with snapshot() as session:
        assert "ada" not in str(session.exec(select(Suppression)).all())
