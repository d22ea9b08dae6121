"""Authenticator apps, recovery codes, mailed codes and numbers: each proves something once."""

import re
from datetime import timedelta

import pyotp
import pytest
import time_machine
from sqlmodel import col, select, update

from saas_app.accounts import devices, entry, passwords, reset, second_factor, sudo
from saas_app.accounts.entry import Entered, Method, SecondFactorDue, Visit
from saas_app.accounts.errors import EnrolmentOver, PendingLoginOver
from saas_app.accounts.links import Purpose, issue
from saas_app.accounts.models import User
from saas_app.accounts.second_factor import Way, answer, codes, phone, recovery, switch, totp
from saas_app.accounts.second_factor.codes import Channel
from saas_app.accounts.second_factor.models import MailedCode, Phone, Totp
from saas_app.accounts.sudo import Proof
from saas_app.audit.trail import Origin
from saas_app.core import clock, tasks
from saas_app.core.db import snapshot, transaction
from saas_app.core.errors import Invalid, TooMany
from saas_app.notifications.models import Mail, Sms
from tests.support.billing_world import NoPost, new_tenant, reloaded
from tests.support.racing import raced

pytestmark = pytest.mark.db
HOME = Origin("203.0.113.9", "Firefox on Linux")
NOON = "2026-11-21T12:00:10+00:00"


@pytest.fixture
def ada(database):
    tasks.install(NoPost())
    tenant = new_tenant()
    with transaction() as session:
        session.get(User, tenant.owner.id).password_hash = "of some password"
    return tenant


@pytest.fixture
def frozen():
    with time_machine.travel(NOON, tick=False) as moment:
        yield moment


class App:
    """The authenticator app on somebody's telephone."""

    def __init__(self, enrolment):
        self.totp = pyotp.TOTP(enrolment.key.replace(" ", ""))

    def code(self, *, later=timedelta()):
        return self.totp.at(clock.wall() + later)


def enrols(tenant):
    return totp.begin(reloaded(tenant.owner))


def confirms(tenant, enrolment, code):
    with transaction() as session:
        user = session.get(User, tenant.owner.id)
        return switch.app_on(session, user, enrolment.ticket, code, HOME)


def with_an_app(tenant):
    """Turned on some minutes ago, so that the code of now is unused."""
    enrolment = enrols(tenant)
    app = App(enrolment)
    codes_made = confirms(tenant, enrolment, app.code())
    with transaction() as session:
        session.exec(update(Totp).values(last_step=0))
    return app, codes_made


def accepted(tenant, code):
    with transaction() as session:
        return totp.accept(session, tenant.owner.id, code)


def spends(tenant, code):
    with transaction() as session:
        return recovery.spend(session, session.get(User, tenant.owner.id), code)


def ways(tenant, first="pwd"):
    with snapshot() as session:
        return second_factor.ways(session, session.get(User, tenant.owner.id), first=first)


def letters():
    with snapshot() as session:
        return [row.subject for row in session.exec(select(Mail).order_by(col(Mail.id)))]


def mails_a_code(tenant, bound_to="this log-in", channel=Channel.LETTER):
    with transaction() as session:
        return codes.issue(session, tenant.owner.id, bound_to, channel)


def mailed_code_accepted(code, bound_to="this log-in", channel=Channel.LETTER):
    with transaction() as session:
        return codes.accept(session, bound_to, channel, code)


def test_an_app_counts_once_one_of_its_codes_was_given(ada):
    enrolment = enrols(ada)
    assert ways(ada) == ()
    assert confirms(ada, enrolment, App(enrolment).code())
    assert ways(ada) == (Way.APP, Way.RECOVERY, Way.LETTER)


def test_a_wrong_code_turns_nothing_on(ada):
    assert confirms(ada, enrols(ada), "000000") is None
    assert ways(ada) == ()


def test_the_picture_says_what_the_key_says_and_names_person_and_product(ada):
    enrolment = enrols(ada)
    assert enrolment.uri.startswith("otpauth://totp/Tidemark:ada%40example.com?secret=")
    assert enrolment.key.replace(" ", "") in enrolment.uri
    assert re.fullmatch(r"([A-Z2-7]{4} ){7}[A-Z2-7]{4}", enrolment.key)
    assert enrolment.picture.startswith("<svg")


def test_a_ticket_is_no_secret_that_can_be_read(ada):
    enrolment = enrols(ada)
    assert enrolment.key.replace(" ", "") not in enrolment.ticket


def test_somebody_elses_ticket_confirms_nothing(ada):
    mallory = new_tenant("mallory")
    enrolment = enrols(mallory)
    with pytest.raises(EnrolmentOver):
        confirms(ada, enrolment, App(enrolment).code())


@pytest.mark.parametrize(("after", "open_"), [(899, True), (900, False)])
def test_an_enrolment_is_open_for_fifteen_minutes(ada, frozen, after, open_):
    enrolment = enrols(ada)
    frozen.shift(after)
    if open_:
        assert confirms(ada, enrolment, App(enrolment).code())
    else:
        with pytest.raises(EnrolmentOver, match="start again"):
            confirms(ada, enrolment, App(enrolment).code())


def test_the_old_app_counts_until_the_new_one_is_confirmed(ada):
    old, _ = with_an_app(ada)
    enrolment = enrols(ada)
    assert confirms(ada, enrolment, "000000") is None
    assert accepted(ada, old.code())
    assert confirms(ada, enrolment, App(enrolment).code()) == []
    assert not accepted(ada, old.code(later=timedelta(seconds=30)))


def test_the_secret_lies_sealed_and_opens_in_its_own_row_only(ada):
    app, _ = with_an_app(ada)
    mallory = new_tenant("mallory")
    with transaction() as session:
        row = session.get(Totp, ada.owner.id)
        assert app.totp.secret not in row.sealed_secret
        session.add(Totp(**row.model_dump(exclude={"user_id"}), user_id=mallory.owner.id))
    assert not accepted(mallory, app.code())


@pytest.mark.parametrize(
    ("off", "right"), [(-60, False), (-30, True), (0, True), (30, True), (60, False)]
)
def test_a_clock_may_be_half_a_minute_off(ada, frozen, off, right):
    app, _ = with_an_app(ada)
    assert accepted(ada, app.code(later=timedelta(seconds=off))) is right


def test_a_code_is_good_once(ada, frozen):
    app, _ = with_an_app(ada)
    assert accepted(ada, app.code())
    assert not accepted(ada, app.code())
    frozen.shift(30)
    assert accepted(ada, app.code())


def test_the_code_that_confirmed_the_app_is_used_up(ada, frozen):
    enrolment = enrols(ada)
    assert confirms(ada, enrolment, App(enrolment).code())
    assert not accepted(ada, App(enrolment).code())


def test_an_older_code_is_no_good_after_a_newer_one(ada, frozen):
    app, _ = with_an_app(ada)
    assert accepted(ada, app.code())
    assert not accepted(ada, app.code(later=timedelta(seconds=-30)))


def test_of_fifty_who_send_one_code_one_is_accepted(ada, frozen):
    app, _ = with_an_app(ada)
    outcomes = raced(lambda _: accepted(ada, app.code()), 50)
    assert (outcomes.count(True), outcomes.count(False)) == (1, 49)


@pytest.mark.parametrize(
    "code", ["", "12345", "1234567", "abcdef", "\uff11\uff12\uff13\uff14\uff15\uff16", "0" * 5000]
)
def test_what_is_no_code_is_a_wrong_code(ada, code):
    with_an_app(ada)
    assert accepted(ada, code) is False


def test_turning_the_app_off_takes_trust_and_recovery_codes_with_it(ada):
    with_an_app(ada)
    with transaction() as session:
        owner = session.get(User, ada.owner.id)
        device = devices.met(session, owner, "", HOME, trust=True)
    with transaction() as session:
        assert switch.app_off(session, session.get(User, ada.owner.id), HOME)
    with snapshot() as session:
        known = devices.recognised(session, ada.owner.id, device.plain)
        assert not devices.is_trusted(known, clock.wall())
        assert recovery.left(session, ada.owner.id) == 0
    assert ways(ada) == ()
    assert letters()[-1] == "Two-factor authentication is off"


def test_turning_off_what_is_off_tells_nobody(ada):
    with transaction() as session:
        assert not switch.app_off(session, session.get(User, ada.owner.id), HOME)
    assert letters() == []


def test_the_first_app_comes_with_ten_different_recovery_codes(ada):
    _, made = with_an_app(ada)
    assert len(set(made)) == recovery.HOW_MANY
    assert all(re.fullmatch(r"([a-z2-7]{4}-){3}[a-z2-7]{4}", code) for code in made)


def test_a_recovery_code_is_good_once_and_its_owner_hears_how_many_are_left(ada):
    _, made = with_an_app(ada)
    assert spends(ada, made[0])
    assert not spends(ada, made[0])
    with snapshot() as session:
        letter = session.exec(select(Mail).order_by(col(Mail.id).desc())).first()
    assert "9" in letter.body


def test_a_recovery_code_is_read_however_it_was_copied(ada):
    _, made = with_an_app(ada)
    assert spends(ada, f" {made[0].upper().replace('-', ' ')} ")
    assert spends(ada, made[1].replace("-", ""))


def test_somebody_elses_recovery_code_is_no_good(ada):
    _, made = with_an_app(ada)
    assert not spends(new_tenant("mallory"), made[0])


def test_of_fifty_who_send_one_recovery_code_one_is_accepted(ada):
    _, made = with_an_app(ada)
    outcomes = raced(lambda _: spends(ada, made[3]), 50)
    assert (outcomes.count(True), outcomes.count(False)) == (1, 49)
    assert letters().count("A recovery code was used") == 1


def test_new_recovery_codes_make_the_old_ones_void(ada):
    _, made = with_an_app(ada)
    with transaction() as session:
        fresh = switch.new_codes(session, session.get(User, ada.owner.id), HOME)
    assert not spends(ada, made[0])
    assert spends(ada, fresh[0])


def test_however_many_ask_at_once_there_are_ten_recovery_codes(ada):
    def again(_):
        with transaction() as session:
            return recovery.make(session, ada.owner.id)

    raced(again, 12)
    with snapshot() as session:
        assert recovery.left(session, ada.owner.id) == recovery.HOW_MANY


def test_a_mailed_code_is_six_digits_and_lies_there_as_a_digest(ada):
    code = mails_a_code(ada)
    assert re.fullmatch(r"\d{6}", code)
    with snapshot() as session:
        row = session.exec(select(MailedCode)).one()
        assert code not in row.digest
    assert mailed_code_accepted(f" {code[:3]} {code[3:]} ")


def test_a_mailed_code_of_another_log_in_is_no_good(ada):
    assert not mailed_code_accepted(mails_a_code(ada), bound_to="another log-in")


def test_a_mailed_code_is_no_good_as_one_by_sms(ada):
    assert not mailed_code_accepted(mails_a_code(ada), channel=Channel.SMS)


def test_a_newer_code_replaces_the_older(ada):
    older = mails_a_code(ada)
    newer = mails_a_code(ada)
    assert older == newer or not mailed_code_accepted(older)
    assert mailed_code_accepted(newer)


@pytest.mark.parametrize(("after", "right"), [(599, True), (600, False)])
def test_a_mailed_code_is_good_for_ten_minutes(ada, frozen, after, right):
    code = mails_a_code(ada)
    frozen.shift(after)
    assert mailed_code_accepted(code) is right


@pytest.mark.parametrize(("wrong", "right"), [(4, True), (5, False)])
def test_a_mailed_code_bears_five_tries(ada, wrong, right):
    code = mails_a_code(ada)
    other = "000000" if code != "000000" else "000001"
    for _ in range(wrong):
        assert not mailed_code_accepted(other)
    assert mailed_code_accepted(code) is right


def test_of_fifty_who_send_one_mailed_code_one_is_accepted(ada):
    code = mails_a_code(ada)
    assert raced(lambda _: mailed_code_accepted(code), 50).count(True) == 1


def test_codes_are_sent_three_times_per_log_in_and_ten_times_an_hour(ada):
    for _ in range(3):
        codes.allow(1, "one")
    with pytest.raises(TooMany):
        codes.allow(1, "one")
    for number in range(7):
        codes.allow(1, f"another {number}")
    with pytest.raises(TooMany):
        codes.allow(1, "the last")


def test_the_letter_is_no_second_factor_for_a_password_that_came_by_letter(ada):
    with_an_app(ada)
    assert Way.LETTER in ways(ada)
    with transaction() as session:
        plain = issue(session, ada.owner.id, Purpose.RESET_PASSWORD)
    with transaction() as session:
        reset.choose(session, plain, passwords.NOT_CHOSEN)
    assert Way.LETTER not in ways(ada)


def test_the_letter_is_no_second_factor_for_a_provider_that_may_hold_the_mailbox(ada):
    with_an_app(ada)
    assert Way.LETTER not in ways(ada, first="fed")


def test_ten_wrong_answers_end_the_log_in(ada):
    with_an_app(ada)
    with transaction() as session:
        due = entry.enter(session, reloaded(ada.owner), ada.id, Visit(HOME), Method.PASSWORD)
    assert isinstance(due, SecondFactorDue)
    for _ in range(10):
        with transaction() as session:
            entry.tried(session, due.pending)
    with pytest.raises(PendingLoginOver), transaction() as session:
        entry.tried(session, due.pending)


def test_guessing_elsewhere_never_delays_a_known_browser(ada):
    with transaction() as session:
        device = devices.met(session, reloaded(ada.owner), "", HOME, trust=False)
        known = devices.recognised(session, ada.owner.id, device.plain)
    for _ in range(10):
        answer.allow(ada.owner.id, None)
    with pytest.raises(TooMany):
        answer.allow(ada.owner.id, None)
    answer.allow(ada.owner.id, known)


@pytest.mark.parametrize(
    ("written", "number"),
    [("+49 151 23456789", "+4915123456789"), ("+44 7400 123456", "+447400123456")],
)
def test_a_number_is_kept_in_one_spelling(ada, written, number):
    assert phone.parse(written) == number


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("0151 23456789", "country"),
        ("hello", "country"),
        ("+49 151 1", "not exist"),
        ("+49 30 901820", "mobile"),
        ("+49 900 1234567", "mobile"),
    ],
)
def test_a_number_that_cannot_be_texted_says_why(ada, written, says):
    with pytest.raises(Invalid) as refused:
        phone.parse(written)
    assert says in refused.value.fields["number"]


def texts_a_number(tenant, number):
    with transaction() as session:
        phone.send_code(session, tenant.owner.id, number, phone.binding(tenant.owner.id, number))
    with snapshot() as session:
        row = session.exec(select(Sms).order_by(col(Sms.id).desc())).first()
    assert row.to == number
    return re.search(r"\d{6}", row.body).group()


def confirms_number(tenant, number, code):
    with transaction() as session:
        return phone.confirm(session, tenant.owner.id, number, code)


def test_a_number_counts_once_its_code_was_given_and_replaces_the_old_one_then(ada):
    first, second = "+4915123456789", "+447400123456"
    code = texts_a_number(ada, first)
    assert not confirms_number(ada, second, code)
    assert confirms_number(ada, first, code)
    later = texts_a_number(ada, second)
    with snapshot() as session:
        assert session.get(Phone, ada.owner.id).number == first
    assert confirms_number(ada, second, later)
    with snapshot() as session:
        assert phone.verified(session, ada.owner.id) == second


def test_a_code_for_ones_number_proves_nobody_elses(ada):
    code = texts_a_number(ada, "+4915123456789")
    assert not confirms_number(new_tenant("mallory"), "+4915123456789", code)


def test_sms_is_offered_beside_an_app_where_messages_can_be_sent(ada, configured):
    with_an_app(ada)
    assert confirms_number(ada, "+4915123456789", texts_a_number(ada, "+4915123456789"))
    assert Way.SMS in ways(ada)
    configured.stripe_secret_key = type(configured.stripe_secret_key)("sk_test_of_somebody")
    assert Way.SMS not in ways(ada)


def test_a_shown_number_hides_all_but_its_end():
    assert phone.masked("+4915123456789") == "+49 ••• 89"


def proofs(tenant):
    with snapshot() as session:
        return sudo.proofs(session, session.get(User, tenant.owner.id))


def test_whoever_has_a_password_steps_up_with_it_or_with_the_app(ada):
    assert proofs(ada) == (Proof.PASSWORD,)
    with_an_app(ada)
    assert proofs(ada) == (Proof.PASSWORD, Proof.APP, Proof.RECOVERY)


def test_whoever_came_by_a_provider_alone_steps_up_with_a_letter(ada):
    with transaction() as session:
        session.exec(update(User).values(password_hash=passwords.NOT_CHOSEN))
    assert proofs(ada) == (Proof.LETTER,)


def test_a_letter_proves_nothing_for_whoever_has_a_password(ada):
    code = mails_a_code(ada, bound_to="session")
    with transaction() as session:
        owner = session.get(User, ada.owner.id)
        assert not sudo.proved(session, owner, Proof.LETTER, code, "session")


def test_a_trusted_browser_is_listed_and_forgotten_by_a_key_that_is_not_its_digest(ada):
    with transaction() as session:
        devices.met(session, reloaded(ada.owner), "", HOME, trust=True)
    with transaction() as session:
        (row,) = devices.trusted(session, ada.owner.id)
        key = devices.shown_key(row)
        assert key not in row.digest
        devices.distrust(session, ada.owner.id, key)
    with snapshot() as session:
        assert devices.trusted(session, ada.owner.id) == []


def test_a_trusted_browser_is_not_asked_and_a_distrusted_one_is(ada):
    with_an_app(ada)
    with transaction() as session:
        due = entry.enter(session, reloaded(ada.owner), ada.id, Visit(HOME), Method.PASSWORD)
        entered = entry.complete(session, due.pending, ada.id, Visit(HOME), Method.APP, trust=True)

    def again():
        with transaction() as session:
            visit = Visit(HOME, device=entered.device)
            return entry.enter(session, reloaded(ada.owner), ada.id, visit, Method.PASSWORD)

    assert isinstance(again(), Entered)
    with transaction() as session:
        devices.distrust_all(session, ada.owner.id)
    assert isinstance(again(), SecondFactorDue)
