"""Asked in by letter: once, as the one who was asked, never beyond the last seat."""

from datetime import timedelta

import pytest
from sqlmodel import select

from saas_app.accounts.errors import LinkInvalid
from saas_app.accounts.models import User
from saas_app.audit.trail import NOWHERE
from saas_app.core import clock
from saas_app.core.db import snapshot, transaction
from saas_app.core.errors import Invalid, NotAllowed, NotFound, TooMany
from saas_app.entitlements import usage
from saas_app.entitlements.errors import LimitReached, NeedsUpgrade
from saas_app.plans.features import Feature
from saas_app.teams import accepting, invitations, members, seats
from saas_app.teams.errors import (
    AlreadyInvited,
    AlreadyMember,
    InvitationOver,
    LogInFirst,
    NoSeatFree,
    OtherAddress,
    SignUpFirst,
)
from saas_app.teams.models import Invitation
from saas_app.workspaces import memberships
from tests.domain.teams.team import letters
from tests.support.billing_world import add_member, new_tenant, new_user, told
from tests.support.grants import grant
from tests.support.racing import raced


def test_who_is_asked_joins_with_the_role_and_the_columns_follow(team):
    team.invite("mo", "viewer")
    (plain,) = letters("mo")
    team.accept(plain, "mo")
    assert team.roles()["mo"] == "viewer"
    assert "team.joined" in told(team.home.owner)
    assert "team.joined" in told(team.people["eve"].owner)
    assert "team.joined" not in told(team.people["ben"].owner)


@pytest.mark.db
def test_a_link_works_once_and_again_for_the_same_person_only(team):
    team.invite("mo")
    (plain,) = letters("mo")
    team.accept(plain, "mo")
    team.accept(plain, "mo")
    mo = team.id_of("mo")
    with transaction() as session:
        members.leave(session, team.home.id, mo, NOWHERE)
    with pytest.raises(InvitationOver):
        team.accept(plain, "mo")
    assert "mo" not in team.roles()


def test_somebody_else_who_holds_the_letter_loses_nothing_and_gets_nowhere(team):
    team.invite("mo")
    (plain,) = letters("mo")
    with pytest.raises(OtherAddress, match=r"mo@example\.com.*zoe@example\.com"):
        team.accept(plain, "zoe")
    team.accept(plain, "mo")
    assert "zoe" not in team.roles()


def test_an_unproved_address_is_not_the_one_that_was_asked(team):
    team.invite("mo")
    (plain,) = letters("mo")
    mo = team.id_of("mo")
    with transaction() as session:
        session.get_one(User, mo).email_verified_at = None
    with pytest.raises(OtherAddress):
        team.accept(plain, "mo")
    with snapshot() as session:
        assert accepting.to_person(session, mo) == []


def test_the_invitation_waits_for_an_account_that_is_not_there_yet(team):
    invited = team.invite("mo")
    (plain,) = letters("mo")
    with snapshot() as session:
        row = accepting.by_token(session, plain)
        assert isinstance(accepting.turn_away(session, row), SignUpFirst)
    mo, zoe = team.id_of("mo"), team.id_of("zoe")
    with snapshot() as session:
        assert isinstance(accepting.turn_away(session, row), LogInFirst)
        ((kept, workspace),) = accepting.to_person(session, mo)
        assert (kept.key, workspace.id) == (invited.key, team.home.id)
        assert accepting.to_person(session, zoe) == []
        with pytest.raises(NotFound):
            accepting.of_person(session, zoe, invited.key)
    with transaction() as session:
        accepting.accept(session, accepting.of_person(session, mo, invited.key), mo, NOWHERE)
    assert "mo" in team.roles()


def test_another_letter_replaces_the_one_before(team):
    invited = team.invite("mo")
    with transaction() as session:
        invitations.resend(session, team.home.id, team.home.owner.id, invited.key, NOWHERE)
    first, second = letters("mo")
    with pytest.raises(LinkInvalid):
        team.accept(first, "mo")
    team.accept(second, "mo")


def test_taken_back_declined_or_expired_it_opens_nothing(team):
    taken_back, declined = team.invite("mo"), team.invite("zoe")
    with transaction() as session:
        invitations.revoke(session, team.home.id, team.home.owner.id, taken_back.key, NOWHERE)
    zoe = team.id_of("zoe")
    with transaction() as session:
        accepting.decline(session, accepting.of_person(session, zoe, declined.key), zoe, NOWHERE)
    late = team.invite("lou")
    with transaction() as session:
        session.get_one(Invitation, late.id).expires_at = clock.wall() - timedelta(seconds=1)
    for name in ("mo", "zoe", "lou"):
        (plain,) = letters(name)
        with pytest.raises(InvitationOver):
            team.accept(plain, name)
        with snapshot() as session:
            row = accepting.by_token(session, plain)
            assert isinstance(accepting.turn_away(session, row), InvitationOver)
    with transaction() as session:
        invitations.resend(session, team.home.id, team.home.owner.id, late.key, NOWHERE)
    team.accept(letters("lou")[1], "lou")


def test_an_older_letter_is_not_sent_again_beside_a_newer_one(team):
    older = team.invite("mo")
    with transaction() as session:
        session.get_one(Invitation, older.id).expires_at = clock.wall() - timedelta(seconds=1)
    team.invite("mo", "viewer")
    with transaction() as session, pytest.raises(AlreadyInvited):
        invitations.resend(session, team.home.id, team.home.owner.id, older.key, NOWHERE)
    with snapshot() as session:
        assert seats.reserved(session, team.home.id) == 1


def test_who_belongs_or_was_asked_is_not_asked_again(team):
    team.invite("mo")
    with pytest.raises(AlreadyInvited):
        team.invite("mo")
    with pytest.raises(AlreadyMember):
        team.invite("ben")
    assert len(letters("mo")) == 1
    assert letters("ben") == []


@pytest.mark.parametrize(
    ("by", "role", "fine"),
    [
        ("ada", "admin", True),
        ("eve", "admin", False),
        ("eve", "viewer", True),
        ("ben", "viewer", False),
        ("vera", "viewer", False),
    ],
)
def test_who_may_ask_in_whom(team, by, role, fine):
    if fine:
        assert team.invite("mo", role, by=by).role == role
        return
    with pytest.raises(NotAllowed):
        team.invite("mo", role, by=by)
    assert letters("mo") == []


def test_every_problem_of_what_was_typed_is_named(team):
    with pytest.raises(Invalid) as wrong:
        invitations.parsed("no address", "owner")
    assert set(wrong.value.fields) == {"email", "role"}


def test_an_open_invitation_holds_a_seat_and_a_closed_one_frees_it(team):
    first = team.invite("mo")
    team.invite("zoe")
    with pytest.raises(LimitReached) as full:
        team.invite("lou")
    assert full.value.facts["limit"] == full.value.facts["used"] == 6
    with transaction() as session:
        assert usage.counted(session, team.home.id, Feature.SEATS, clock.now()) == 6
        invitations.revoke(session, team.home.id, team.home.owner.id, first.key, NOWHERE)
    team.invite("lou")
    with snapshot() as session:
        assert seats.reserved(session, team.home.id) == 2


def test_a_plan_without_a_team_says_which_one_has_it(team):
    alone = new_tenant("solo")
    address, role = invitations.parsed("mo@example.com", "viewer")
    with transaction() as session, pytest.raises(NeedsUpgrade) as refused:
        invitations.invite(session, alone.id, alone.owner.id, address, role, NOWHERE)
    assert refused.value.facts["feature"] == "team_roles"


def test_where_the_seats_went_meanwhile_the_invitation_stays_open(team):
    team.invite("mo")
    (plain,) = letters("mo")
    grant(team.home, "seats", 4)
    with pytest.raises(NoSeatFree):
        team.accept(plain, "mo")
    with transaction() as session:
        accepting.tell_no_seat(session, accepting.by_token(session, plain))
        accepting.tell_no_seat(session, accepting.by_token(session, plain))
    assert told(team.home.owner).count("team.no_seat") == 1
    grant(team.home, "seats", 5)
    team.accept(plain, "mo")
    assert "mo" in team.roles()


@pytest.mark.db
def test_of_a_hundred_who_accept_at_once_as_many_join_as_there_are_seats(team):
    home = team.home
    grant(home, "seats", 200)
    grant(home, "team_roles", ["analyst"])
    at = clock.wall()
    crowd = [new_user(f"p{number}") for number in range(100)]
    with transaction() as session:
        for person in crowd:
            session.add(
                Invitation(
                    workspace_id=home.id,
                    email=person.email,
                    email_key=person.email_key,
                    role="analyst",
                    token_digest=person.email,
                    invited_by=home.owner.id,
                    created_at=at,
                    sent_at=at,
                    expires_at=at + timedelta(days=1),
                )
            )
    grant(home, "seats", 10)

    def accept(number: int) -> int:
        with transaction() as session:
            rows = select(Invitation).where(Invitation.email == crowd[number].email)
            accepting.accept(session, session.exec(rows).one(), crowd[number].id, NOWHERE)
        return number

    answers = raced(accept, 100)
    assert sum(isinstance(answer, int) for answer in answers) == 6
    assert sum(isinstance(answer, NoSeatFree) for answer in answers) == 94
    with snapshot() as session:
        assert memberships.count(session, home.id) == 10
        assert seats.reserved(session, home.id) == 94


@pytest.mark.db
def test_of_many_who_open_one_letter_at_once_one_joins_and_nothing_is_done_twice(team):
    team.invite("mo")
    (plain,) = letters("mo")
    team.id_of("mo")
    answers = raced(lambda _: team.accept(plain, "mo"))
    assert answers == [None] * 8
    assert told(team.home.owner).count("team.joined") == 1


def test_letters_are_counted_before_they_are_written(team):
    address, _ = invitations.parsed("mo@example.com", "viewer")
    for _ in range(5):
        invitations.count(team.home.id, address)
    with pytest.raises(TooMany):
        invitations.count(team.home.id, address)


def test_forgotten_a_quarter_after_it_ended(team):
    team.invite("mo")
    with transaction() as session:
        assert invitations.purge(session, clock.wall()) == 0
        assert invitations.purge(session, clock.wall() + timedelta(days=8)) == 1


def test_a_member_who_is_asked_again_through_an_older_letter_stays_as_they_are(team):
    team.invite("mo", "viewer")
    add_member(team.home, team.people.setdefault("mo", new_tenant("mo")).owner)
    team.accept(letters("mo")[0], "mo")
    assert team.roles()["mo"] == "analyst"
