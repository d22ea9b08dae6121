"""Races for a visit, an identity and the last way in; what GitHub's answers prove; which providers are offered."""

from datetime import UTC, datetime

import pytest
from pydantic import SecretStr
from sqlmodel import select

from saas_app.accounts import entry, passwords, ways_in
from saas_app.accounts.entry import Entered, Method, Visit
from saas_app.accounts.errors import LastWayIn, PendingLoginOver
from saas_app.accounts.models import User
from saas_app.accounts.oauth import connections, identities, offers, providers, visits
from saas_app.accounts.oauth.claims import Proof, of_github
from saas_app.accounts.oauth.errors import IdentityTaken, NotTrusted, OfferOver, VisitOver
from saas_app.accounts.oauth.models import Identity
from saas_app.accounts.passkeys.models import Passkey
from saas_app.accounts.second_factor.models import Totp
from saas_app.audit.trail import NOWHERE
from saas_app.core import clock, tasks
from saas_app.core.db import snapshot, transaction
from saas_app.core.errors import Conflict, NotFound
from saas_app.onboarding import arrival
from tests.support.billing_world import NoPost, new_tenant, reloaded
from tests.support.racing import raced

db = pytest.mark.db
TAKERS = 50
ANNA = Proof("github", "github", "583201", "anna@code.example", True, "Anna")


@pytest.fixture
def ada(database):
    tasks.install(NoPost())
    return new_tenant()


def connected(tenant, *subjects):
    with transaction() as session:
        for subject in subjects:
            proof = Proof("github", "github", subject)
            assert identities.add(session, tenant.owner.id, proof)
    with snapshot() as session:
        return [row.id for row in identities.of(session, tenant.owner.id)]


def with_password(tenant, password_hash):
    with transaction() as session:
        user = session.get(User, tenant.owner.id)
        user.password_hash = password_hash
        session.add(user)


def disconnects(tenant, identity_id):
    with transaction() as session:
        connections.disconnect(session, tenant.owner.id, identity_id, NOWHERE)


def left(tenant):
    with snapshot() as session:
        return ways_in.count(session, session.get(User, tenant.owner.id))


@db
def test_of_fifty_callbacks_with_one_state_one_gets_the_visit(ada):
    with transaction() as session:
        started = visits.start(session, "google", "cookie")

    def take(_number):
        with transaction() as session:
            return visits.taken(session, "google", started.state, "cookie")

    outcomes = raced(take, TAKERS)
    assert [outcome.nonce for outcome in outcomes if isinstance(outcome, visits.Visit)] == [
        started.nonce
    ]
    assert sum(isinstance(outcome, VisitOver) for outcome in outcomes) == TAKERS - 1


@db
def test_of_fifty_who_take_one_offer_one_gets_it(ada):
    with transaction() as session:
        plain = offers.keep(session, ANNA, None, remember=False, next_page="")

    def take(_number):
        with transaction() as session:
            offers.take(session, offers.of(session, plain))

    outcomes = raced(take, TAKERS)
    assert outcomes.count(None) == 1
    assert sum(isinstance(outcome, OfferOver) for outcome in outcomes) == TAKERS - 1


@db
def test_fifty_who_take_ways_in_away_leave_the_last_one(ada):
    with_password(ada, passwords.NOT_CHOSEN)
    rows = connected(ada, *(str(number) for number in range(1, TAKERS + 1)))
    outcomes = raced(lambda number: disconnects(ada, rows[number]), TAKERS)
    assert outcomes.count(None) == TAKERS - 1
    assert sum(isinstance(outcome, LastWayIn) for outcome in outcomes) == 1
    assert left(ada) == 1


@db
def test_a_log_in_that_began_with_a_connection_ends_with_it(ada):
    (row,) = connected(ada, "1")
    with_password(ada, "-")
    at = clock.wall()
    with transaction() as session:
        session.add(Totp(user_id=ada.owner.id, sealed_secret="-", created_at=at, confirmed_at=at))
        session.flush()
        due = entry.enter(session, reloaded(ada.owner), ada.id, Visit(NOWHERE), Method.PROVIDER)
    disconnects(ada, row)
    with snapshot() as session, pytest.raises(PendingLoginOver):
        entry.pending(session, due.pending)


@db
def test_fifty_who_take_the_same_way_in_away_do_it_once(ada):
    rows = connected(ada, "1", "2")
    outcomes = raced(lambda _number: disconnects(ada, rows[0]), TAKERS)
    assert outcomes.count(None) == 1
    assert sum(isinstance(outcome, NotFound) for outcome in outcomes) == TAKERS - 1


@db
def test_fifty_arrivals_of_one_new_person_make_one_account(database):
    tasks.install(NoPost())

    def arrive(_number):
        with transaction() as session:
            return arrival.arrive(session, ANNA, Visit(NOWHERE))

    outcomes = raced(arrive, TAKERS)
    assert any(isinstance(outcome, Entered) for outcome in outcomes)
    assert all(isinstance(outcome, Entered | Conflict) for outcome in outcomes), outcomes
    with snapshot() as session:
        assert len(session.exec(select(User)).all()) == 1
        assert len(session.exec(select(Identity)).all()) == 1


@db
def test_an_identity_goes_to_one_of_fifty_who_want_it(ada):
    tenants = [new_tenant(f"person{number}") for number in range(TAKERS)]

    def connect(number):
        with transaction() as session:
            owner = reloaded(tenants[number].owner)
            return connections.connect(session, owner, ANNA, NOWHERE)

    outcomes = raced(connect, TAKERS)
    assert outcomes.count(True) == 1
    assert sum(isinstance(outcome, IdentityTaken) for outcome in outcomes) == TAKERS - 1


@db
def test_a_password_and_a_passkey_are_ways_in_too(ada):
    with_password(ada, "-")
    rows = connected(ada, "1")
    assert left(ada) == 2
    disconnects(ada, rows[0])
    rows = connected(ada, "2")
    with_password(ada, passwords.NOT_CHOSEN)
    with pytest.raises(LastWayIn):
        disconnects(ada, rows[0])
    with transaction() as session:
        session.add(
            Passkey(
                user_id=ada.owner.id,
                credential_id="c",
                public_key="p",
                name="Key",
                created_at=datetime(2026, 1, 1, tzinfo=UTC),
            )
        )
    disconnects(ada, rows[0])
    assert left(ada) == 1


def emails(email, *, verified=True, primary=True):
    return {"email": email, "verified": verified, "primary": primary}


USER = {"id": 7, "login": "ada", "name": "Ada"}


@pytest.mark.parametrize(
    ("listed", "email", "verified"),
    [
        ([emails("ada@mail.example")], "ada@mail.example", True),
        ([emails("ada@mail.example", verified=False)], "ada@mail.example", False),
        ([emails("ada@mail.example", verified="true")], "ada@mail.example", False),
        ([emails("x@y.example", primary=False), emails("ada@mail.example")], "ada@mail.example", 1),
        ([emails("x@y.example", primary=False)], "", False),
        ([emails("7+ada@users.noreply.github.com")], "", False),
        ([emails(None)], "", False),
        ([], "", False),
        (None, "", False),
        (["x"], "", False),
    ],
)
def test_only_githubs_primary_and_verified_address_is_proved(listed, email, verified):
    proof = of_github(USER, listed)
    assert (proof.subject, proof.email, proof.email_verified) == ("7", email, verified)


@pytest.mark.parametrize("number", ["7", None, True, 0, -7, 7.0])
def test_a_person_at_github_is_their_number(number):
    with pytest.raises(NotTrusted):
        of_github({**USER, "id": number}, [])


def test_the_sandbox_stands_in_for_all_three_until_keys_are_set(configured):
    assert [each.key for each in providers.offered()] == ["google", "microsoft", "github"]
    configured.google_client_id, configured.google_client_secret = "id", SecretStr("s")
    assert providers.named("google").origin == "https://accounts.google.com"
    assert providers.named("github").origin == f"http://localhost:{configured.sandbox_port}"


def test_without_the_sandbox_only_those_with_keys_are_offered(configured):
    configured.stripe_secret_key = SecretStr("sk_test_1")
    assert providers.offered() == ()
    configured.github_client_id, configured.github_client_secret = "id", SecretStr("s")
    assert [each.key for each in providers.offered()] == ["github"]
    with pytest.raises(NotFound):
        providers.named("google")


def test_a_secret_is_not_printed_with_its_provider(configured):
    configured.github_client_id, configured.github_client_secret = "id", SecretStr("hush")
    assert "hush" not in repr(providers.named("github"))
