import pytest
from sqlmodel import select

from saas_app.accounts.people import addressee
from saas_app.core import live, tasks
from saas_app.core.db import snapshot, transaction
from saas_app.core.errors import NotFound
from saas_app.notifications import dispatch
from saas_app.notifications.models import Mail
from tests.support.billing_world import NoPost, new_user, told
from tests.support.racing import raced

pytestmark = pytest.mark.db


@pytest.fixture
def ada(database):
    tasks.install(NoPost())
    return new_user("ada")


def tell(user, key="trial:1", **more):
    facts = {
        "plan": "Pro",
        "free": "Free",
        "trial_end": "",
        "ends": "",
        "grace_until": "",
        "pay_link": "",
    }
    with transaction() as session:
        return dispatch.notify(
            session, addressee(user), key=key, kind="billing.started", **facts, **more
        )


def letters():
    with snapshot() as session:
        return session.exec(select(Mail)).all()


def test_a_thing_is_told_once_by_its_key(ada):
    assert [tell(ada), tell(ada), tell(ada, "trial:2")] == [True, False, True]
    assert told(ada) == ["billing.started"] * 2


def test_two_people_are_told_the_same_thing_once_each(ada):
    ben = new_user("ben")
    assert [tell(ada, by_mail=True), tell(ben, by_mail=True)] == [True, True]
    assert sorted(letter.to for letter in letters()) == ["ada@example.com", "ben@example.com"]


def test_many_who_tell_it_at_once_tell_it_once_and_nobody_fails(ada):
    answers = raced(lambda _: tell(ada, by_mail=True))
    assert sorted(answers, key=str) == [False] * 7 + [True]
    assert len(letters()) == 1


def test_telling_wakes_the_persons_pages_when_it_is_certain(ada, database):
    if database != "sqlite":
        pytest.skip("PostgreSQL carries the news by NOTIFY; the listener has its own test")
    topic = live.user_topic(ada.id)
    before = live.HUB.version(topic)
    tell(ada)
    assert live.HUB.version(topic) == before + 1
    tell(ada)
    assert live.HUB.version(topic) == before + 1


def test_only_the_addressee_can_read_or_remove_it(ada):
    tell(ada)
    mallory = new_user("mallory")
    with snapshot() as session:
        (row,) = dispatch.latest(session, ada.id)
    for act in (dispatch.mark_read, dispatch.forget):
        for wrong in (row.id, 987_654):
            with transaction() as session, pytest.raises(NotFound):
                act(session, mallory.id, wrong)
    with snapshot() as session:
        assert dispatch.unread(session, ada.id) == 1


def test_reading_all_leaves_nobody_elses_unread_line(ada):
    ben = new_user("ben")
    for person in (ada, ben):
        tell(person, "one")
        tell(person, "two")
    with transaction() as session:
        dispatch.mark_all_read(session, ada.id)
    with snapshot() as session:
        assert (dispatch.unread(session, ada.id), dispatch.unread(session, ben.id)) == (0, 2)
        read_at = {row.read_at for row in dispatch.latest(session, ada.id)}
    with transaction() as session:
        dispatch.mark_all_read(session, ada.id)
    with snapshot() as session:
        assert {row.read_at for row in dispatch.latest(session, ada.id)} == read_at
