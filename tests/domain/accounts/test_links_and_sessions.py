from datetime import timedelta

import pytest
from sqlmodel import col, select, update

from saas_app.accounts import links, refresh, sessions
from saas_app.accounts.errors import LinkExpired, LinkUsed, RefreshReused, TokenInvalid
from saas_app.accounts.links import LIFETIMES, Purpose
from saas_app.accounts.models import LoginSession, RefreshToken
from saas_app.audit.trail import NOWHERE
from saas_app.core import clock
from saas_app.core.db import snapshot, transaction
from saas_app.core.errors import Conflict
from saas_app.jobs.schedule import SCHEDULE
from tests.support.billing_world import new_tenant
from tests.support.racing import raced

pytestmark = pytest.mark.db
VERIFY = Purpose.VERIFY_EMAIL


@pytest.fixture
def ada(database):
    return new_tenant()


def issued(ada, purpose=VERIFY):
    with transaction() as session:
        return links.issue(session, ada.owner.id, purpose)


def redeem(plain, purpose=VERIFY):
    with transaction() as session:
        return links.redeem(session, plain, purpose)


def rotate(plain):
    with transaction() as session:
        return refresh.rotate(session, plain)


def logged_in(ada, **more):
    with transaction() as session:
        return sessions.start(
            session, ada.owner, ada.id, origin=NOWHERE, **{"remember": False, **more}
        )


def who(plain):
    with snapshot() as session:
        return sessions.lookup(session, plain)


def test_of_fifty_who_open_a_link_at_once_exactly_one_succeeds(ada):
    plain = issued(ada, Purpose.RESET_PASSWORD)
    answers = raced(lambda _: redeem(plain, Purpose.RESET_PASSWORD), 50)
    assert [answer for answer in answers if answer == ada.owner.id] == [ada.owner.id]
    assert sum(isinstance(answer, LinkUsed) for answer in answers) == 49


@pytest.mark.parametrize("purpose", Purpose)
def test_a_link_lives_as_long_as_its_letter_says(ada, purpose, time_machine):
    began = clock.wall()
    time_machine.move_to(began, tick=False)
    plain = issued(ada, purpose)
    time_machine.move_to(began + LIFETIMES[purpose], tick=False)
    with pytest.raises(LinkExpired):
        redeem(plain, purpose)
    time_machine.move_to(began + LIFETIMES[purpose] - timedelta(seconds=1), tick=False)
    assert redeem(plain, purpose) == ada.owner.id


def test_a_jump_of_the_business_clock_expires_no_link(ada):
    plain = issued(ada)
    clock.set_lead(timedelta(days=400))
    assert redeem(plain) == ada.owner.id


def test_a_newer_link_of_another_kind_leaves_this_one_alone(ada):
    plain = issued(ada)
    issued(ada, Purpose.RESET_PASSWORD)
    assert redeem(plain) == ada.owner.id


def test_of_fifty_who_refresh_at_once_one_gets_the_next_token(ada):
    with transaction() as session:
        plain = refresh.start(session, ada.owner.id, ada.id).plain
    answers = raced(lambda _: rotate(plain), 50)
    (winner,) = [answer for answer in answers if isinstance(answer, refresh.Rotated)]
    assert sum(isinstance(answer, Conflict) for answer in answers) == 49
    assert isinstance(rotate(winner.plain), refresh.Rotated)


def test_a_stolen_token_closes_the_family_and_no_other(ada, time_machine):
    time_machine.move_to(clock.wall())
    with transaction() as session:
        plain = refresh.start(session, ada.owner.id, ada.id).plain
        other = refresh.start(session, ada.owner.id, ada.id).plain
    newest = rotate(plain)
    time_machine.shift(timedelta(seconds=11))
    assert isinstance(rotate(plain), RefreshReused)
    with pytest.raises(TokenInvalid):
        rotate(newest.plain)
    assert isinstance(rotate(other), refresh.Rotated)


def test_logging_out_everywhere_ends_sessions_and_refresh_tokens(ada):
    cookies = [logged_in(ada), logged_in(ada, remember=True)]
    with transaction() as session:
        plain = refresh.start(session, ada.owner.id, ada.id).plain
        sessions.end_all(session, session.merge(ada.owner))
    assert [who(cookie) for cookie in cookies] == [None, None]
    with pytest.raises(TokenInvalid):
        rotate(plain)


@pytest.mark.parametrize(
    ("remember", "idle", "absolute"),
    [
        (False, timedelta(hours=2), timedelta(hours=12)),
        (True, timedelta(days=14), timedelta(days=90)),
    ],
)
def test_a_session_ends_when_left_alone_and_in_any_case_one_day(
    ada, remember, idle, absolute, time_machine
):
    began = clock.wall()
    time_machine.move_to(began, tick=False)
    cookie = logged_in(ada, remember=remember)
    time_machine.move_to(began + idle - timedelta(seconds=1), tick=False)
    assert who(cookie).user_id == ada.owner.id
    time_machine.move_to(began + idle, tick=False)
    assert who(cookie) is None
    with transaction() as session:
        session.exec(update(LoginSession).values(last_seen_at=began + absolute))
    time_machine.move_to(began + absolute - timedelta(seconds=1), tick=False)
    assert who(cookie).user_id == ada.owner.id
    time_machine.move_to(began + absolute, tick=False)
    assert who(cookie) is None


def test_a_visit_is_noted_at_most_once_a_minute(ada, time_machine):
    began = clock.wall()
    time_machine.move_to(began, tick=False)
    cookie = logged_in(ada)
    for seconds, noted in ((59, 0), (60, 60), (100, 60)):
        time_machine.move_to(began + timedelta(seconds=seconds), tick=False)
        with transaction() as session:
            sessions.touch(session, who(cookie).digest)
        assert who(cookie).last_seen_at == began + timedelta(seconds=noted)


def test_the_purge_forgets_what_nobody_can_use_and_nothing_else(ada):
    kept, old = logged_in(ada), logged_in(ada)
    with transaction() as session:
        for _ in range(2):
            refresh.start(session, ada.owner.id, ada.id)
        first = session.exec(select(RefreshToken.digest)).first()
        past = {"expires_at": clock.wall() - timedelta(seconds=1)}
        session.exec(update(RefreshToken).where(col(RefreshToken.digest) == first).values(**past))
        stale = sessions.lookup(session, old).digest
        session.exec(update(LoginSession).where(col(LoginSession.digest) == stale).values(**past))
    (job,) = [job for job in SCHEDULE if job.name == "sessions.purge"]
    assert (job.run(), job.run()) == (2, 0)
    assert who(kept) is not None
    with snapshot() as session:
        assert len(session.exec(select(RefreshToken)).all()) == 1
