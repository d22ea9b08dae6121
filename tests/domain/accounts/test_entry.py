"""The one way in: second factor, devices, and a session nobody could have planted."""

from datetime import timedelta

import pytest
import time_machine
from sqlmodel import col, select, update

from saas_app.accounts import devices, entry, links, login, passwords, reset, sessions, sudo
from saas_app.accounts.entry import Entered, Method, SecondFactorDue, Visit
from saas_app.accounts.errors import PendingLoginOver, StepUpRequired, WrongCredentials
from saas_app.accounts.links import Purpose
from saas_app.accounts.models import KnownDevice, LoginSession, User
from saas_app.accounts.second_factor import Way
from saas_app.accounts.second_factor.models import PendingLogin, Totp
from saas_app.audit.trail import Origin
from saas_app.core import clock, tasks, tokens
from saas_app.core.db import snapshot, transaction
from saas_app.core.errors import NotSignedIn, TooMany
from saas_app.notifications.models import Mail
from tests.support.billing_world import NoPost, new_tenant, reloaded
from tests.support.racing import raced

pytestmark = pytest.mark.db
HOME = Origin("203.0.113.9", "Firefox on Linux")


@pytest.fixture
def ada(database):
    tasks.install(NoPost())
    return new_tenant()


def enters(ada, method=Method.PASSWORD, **visit):
    with transaction() as session:
        given = Visit(HOME, **visit)
        return entry.enter(session, reloaded(ada.owner), ada.id, given, method)


def completes(ada, pending, *, trust=False, **visit):
    with transaction() as session:
        return entry.complete(
            session, pending, ada.id, Visit(HOME, **visit), Method.APP, trust=trust
        )


def with_an_app(ada):
    with transaction() as session:
        at = clock.wall()
        row = Totp(user_id=ada.owner.id, sealed_secret="-", created_at=at, confirmed_at=at)
        session.add(row)


def with_a_password(ada):
    with transaction() as session:
        owner = session.get(User, ada.owner.id)
        owner.password_hash = passwords.hashed("a boat in the harbour")
        session.add(owner)
        return owner


def who(plain):
    with snapshot() as session:
        return sessions.lookup(session, plain)


def letters():
    with snapshot() as session:
        return [row.subject for row in session.exec(select(Mail).order_by(col(Mail.id)))]


def test_one_factor_is_enough_where_no_second_was_set_up(ada):
    outcome = enters(ada)
    assert isinstance(outcome, Entered)
    assert who(outcome.session).user_id == ada.owner.id


def test_an_authenticator_app_is_asked_for_and_backed_up_by_a_letter(ada):
    with_an_app(ada)
    outcome = enters(ada)
    assert isinstance(outcome, SecondFactorDue)
    assert outcome.ways == (Way.APP, Way.LETTER)
    with snapshot() as session:
        assert session.exec(select(LoginSession)).all() == []


def test_an_app_that_was_never_confirmed_is_not_asked_for(ada):
    with_an_app(ada)
    with transaction() as session:
        session.exec(update(Totp).values(confirmed_at=None))
    assert isinstance(enters(ada), Entered)


def test_a_passkey_is_two_factors_by_itself(ada):
    with_an_app(ada)
    assert isinstance(enters(ada, Method.PASSKEY), Entered)


def test_a_mailed_link_does_not_pass_by_the_second_factor_on_a_trusted_browser(ada):
    with_an_app(ada)
    trusted = completes(ada, enters(ada).pending, trust=True)
    assert isinstance(enters(ada, device=trusted.device), Entered)
    with transaction() as session:
        link = links.issue(session, ada.owner.id, Purpose.RESET_PASSWORD)
        reset.choose(session, link, "-")
    assert isinstance(enters(ada, device=trusted.device), SecondFactorDue)


def test_a_provider_does_not_stand_for_the_second_factor(ada):
    with_an_app(ada)
    assert isinstance(enters(ada, Method.PROVIDER), SecondFactorDue)


def test_the_second_step_keeps_what_was_asked_for_at_the_first(ada):
    with_an_app(ada)
    due = enters(ada, remember=True, next_page="/charts/EURUSD")
    entered = completes(ada, due.pending)
    assert (entered.remember, entered.next_page) == (True, "/charts/EURUSD")
    with snapshot() as session:
        row = session.get(LoginSession, tokens.digest(entered.session))
        assert (row.remembered, row.methods) == (True, "pwd,otp")


def test_of_fifty_who_finish_one_log_in_one_comes_in(ada):
    with_an_app(ada)
    due = enters(ada)
    outcomes = raced(lambda _: completes(ada, due.pending), 50)
    assert sum(isinstance(each, Entered) for each in outcomes) == 1
    assert sum(isinstance(each, PendingLoginOver) for each in outcomes) == 49


def test_a_second_step_that_comes_too_late_is_refused(ada):
    with_an_app(ada)
    due = enters(ada)
    with time_machine.travel(clock.wall() + entry.PENDING_FOR, tick=False):
        with pytest.raises(PendingLoginOver):
            completes(ada, due.pending)
        with transaction() as session:
            entry.purge(session)
            assert session.exec(select(PendingLogin)).all() == []


def test_logging_out_everywhere_ends_a_log_in_that_waits(ada):
    with_an_app(ada)
    due = enters(ada)
    with time_machine.travel(clock.wall() + timedelta(seconds=1), tick=False):
        with transaction() as session:
            sessions.end_all(session, session.get(User, ada.owner.id))
        with pytest.raises(PendingLoginOver):
            completes(ada, due.pending)


def test_a_trusted_browser_is_not_asked_again_for_thirty_days(ada):
    with_an_app(ada)
    device = completes(ada, enters(ada).pending, trust=True).device
    assert isinstance(enters(ada, device=device), Entered)
    with time_machine.travel(clock.wall() + devices.TRUSTED_FOR, tick=False):
        assert isinstance(enters(ada, device=device), SecondFactorDue)


def test_a_known_browser_that_is_not_trusted_is_asked(ada):
    with_an_app(ada)
    device = completes(ada, enters(ada).pending).device
    assert isinstance(enters(ada, device=device), SecondFactorDue)


def test_somebody_elses_trusted_browser_is_a_stranger_here(ada):
    eve = new_tenant("eve")
    with_an_app(ada)
    device = completes(ada, enters(ada).pending, trust=True).device
    with_an_app(eve)
    assert isinstance(enters(eve, device=device), SecondFactorDue)


def test_distrusting_asks_everywhere_again(ada):
    with_an_app(ada)
    device = completes(ada, enters(ada).pending, trust=True).device
    with transaction() as session:
        devices.distrust_all(session, ada.owner.id)
    assert isinstance(enters(ada, device=device), SecondFactorDue)


def test_a_session_that_was_planted_before_ends(ada):
    planted = enters(ada).session
    entered = enters(ada, old_session=planted)
    assert who(planted) is None
    assert who(entered.session) is not None


def test_the_first_browser_is_expected_and_the_second_is_announced(ada):
    first = enters(ada)
    assert letters() == []
    enters(ada, device=first.device)
    assert letters() == []
    enters(ada)
    assert letters() == ["A new log-in to your account"]


def test_two_people_on_one_computer_share_its_cookie_and_nothing_else(ada):
    eve = new_tenant("eve")
    shared = enters(ada).device
    assert enters(eve, device=shared).device == shared
    with snapshot() as session:
        digests = {row.digest: row.user_id for row in session.exec(select(KnownDevice))}
    assert sorted(digests.values()) == sorted([ada.owner.id, eve.owner.id])


def test_a_device_that_was_not_seen_for_a_year_is_forgotten(ada):
    enters(ada)
    later = clock.wall() + timedelta(days=366)
    with time_machine.travel(later, tick=False), transaction() as session:
        assert devices.purge(session) == 1


def test_a_fresh_proof_changes_the_cookie_and_keeps_the_session(ada):
    plain = enters(ada, remember=True).session
    before = who(plain)
    with time_machine.travel(clock.wall() + timedelta(hours=1), tick=False):
        with pytest.raises(StepUpRequired):
            sudo.require(before.authenticated_at, clock.wall())
        with transaction() as session:
            fresh = sessions.renew(session, before.digest, Method.PASSWORD)
        after = who(fresh)
        sudo.require(after.authenticated_at, clock.wall())
        assert who(plain) is None
    with snapshot() as session:
        row = session.get(LoginSession, tokens.digest(fresh))
        assert row.created_at == before.authenticated_at
        assert row.remembered is True


def test_a_session_that_ended_cannot_be_renewed(ada):
    digest = who(enters(ada).session).digest
    with transaction() as session:
        sessions.end(session, digest)
    with pytest.raises(NotSignedIn), transaction() as session:
        sessions.renew(session, digest, Method.PASSWORD)


def test_whatever_strangers_try_the_owner_gets_in_on_a_known_browser(ada):
    owner = with_a_password(ada)
    device = enters(ada).device
    for number in range(40):
        with pytest.raises(WrongCredentials):
            login.authenticate(owner.email, "wrong", place=f"198.51.100.{number}")
    with pytest.raises(TooMany):
        login.authenticate(owner.email, "a boat in the harbour", place="192.0.2.1")
    let_in = login.authenticate(
        owner.email, "a boat in the harbour", place="192.0.2.1", device=device
    )
    assert let_in.id == owner.id


def test_a_stolen_device_cookie_still_guesses_slowly(ada):
    with_a_password(ada)
    device = enters(ada).device
    for _ in range(10):
        with pytest.raises(WrongCredentials):
            login.authenticate(ada.owner.email, "wrong", place="192.0.2.1", device=device)
    with pytest.raises(TooMany):
        login.authenticate(ada.owner.email, "wrong", place="192.0.2.1", device=device)


def test_coming_in_forgives_the_wrong_tries_from_the_same_place(ada):
    owner = with_a_password(ada)
    for _ in range(3):
        for _ in range(7):
            with pytest.raises(WrongCredentials):
                login.authenticate(owner.email, "wrong", place="192.0.2.1")
        login.authenticate(owner.email, "a boat in the harbour", place="192.0.2.1")


def test_coming_in_gives_a_guesser_elsewhere_no_new_tries(ada):
    owner = with_a_password(ada)
    for _ in range(8):
        with pytest.raises(WrongCredentials):
            login.authenticate(owner.email, "wrong", place="198.51.100.9")
    login.authenticate(owner.email, "a boat in the harbour", place="192.0.2.1")
    with pytest.raises(TooMany):
        login.authenticate(owner.email, "wrong", place="198.51.100.9")
