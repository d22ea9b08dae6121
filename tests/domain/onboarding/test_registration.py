import pytest
from sqlmodel import select

from saas_app.accounts import email_address, signup
from saas_app.accounts.models import User
from saas_app.accounts.signup import Application
from saas_app.audit import trail
from saas_app.audit.models import AuditLog, AuditPersonal
from saas_app.audit.trail import Origin
from saas_app.core import tasks
from saas_app.core.db import snapshot, transaction
from saas_app.core.errors import Invalid
from saas_app.notifications.models import Mail
from saas_app.onboarding import registration
from saas_app.workspaces import memberships
from saas_app.workspaces.models import Workspace
from saas_app.workspaces.roles import Role
from tests.support.billing_world import NoPost
from tests.support.racing import raced

pytestmark = pytest.mark.db
HERE = Origin("203.0.113.9", "Firefox")


@pytest.fixture(autouse=True)
def quiet(database):
    tasks.install(NoPost())


def application(email="Ada@Example.com", name="Ada"):
    return Application(email_address.parse(email), name, "-")


def register(email="Ada@Example.com", name="Ada"):
    with transaction() as session:
        return registration.register(session, application(email, name), HERE)


def rows(model):
    with snapshot() as session:
        return session.exec(select(model)).all()


def test_whoever_registers_owns_a_workspace_from_the_first_minute():
    user = register()
    (workspace,) = rows(Workspace)
    assert (workspace.name, workspace.personal) == ("Ada", True)
    assert workspace.key.startswith("ws_")
    with snapshot() as session:
        assert memberships.role_of(session, workspace.id, user.id) is Role.OWNER
        assert memberships.personal_of(session, user.id).id == workspace.id


def test_a_new_person_is_on_the_first_plan_of_the_catalogue_whatever_it_is_called(configured):
    configured.catalog = "datilio"
    user = register()
    with snapshot() as session:
        assert session.get_one(User, user.id).plan_type == "explorer"


def test_without_a_name_the_workspace_is_named_for_the_address():
    register(name="")
    assert rows(Workspace)[0].name == "Ada"


def test_registering_is_audited_with_where_it_came_from():
    user = register()
    (fact,) = rows(AuditLog)
    assert (fact.event, fact.actor_id) == ("account.registered", user.id)
    assert fact.workspace_id == rows(Workspace)[0].id
    (personal,) = rows(AuditPersonal)
    assert (personal.address, personal.agent) == (HERE.address, HERE.agent)
    with snapshot() as session:
        assert trail.first_broken(session) is None


def test_one_letter_goes_out_and_the_address_is_not_believed_yet():
    user = register()
    assert user.email_verified_at is None
    assert (user.plan_type, user.subscription_status, user.is_staff) == ("free", "none", False)
    assert [letter.to for letter in rows(Mail)] == ["Ada@example.com"]


@pytest.mark.parametrize("again", ["ada@example.com", "ADA@EXAMPLE.COM", "Ada@Example.com"])
def test_the_same_address_in_another_spelling_is_the_same_person(again):
    register()
    assert register(again, "Somebody else") is None
    assert [user.name for user in rows(User)] == ["Ada"]


@pytest.mark.parametrize("other", ["ada+x@example.com", "a.da@example.com"])
def test_a_tag_or_a_dot_is_another_mailbox(other):
    register()
    assert register(other) is not None


def test_of_eight_who_register_one_address_at_once_one_joins_and_nobody_fails():
    answers = raced(lambda number: register(name=f"Ada {number}"))
    assert [answer for answer in answers if isinstance(answer, Exception)] == []
    assert sum(answer is not None for answer in answers) == 1
    assert (len(rows(User)), len(rows(Workspace))) == (1, 1)


def test_a_form_with_several_faults_names_them_all_and_hashes_nothing(monkeypatch):
    monkeypatch.setattr("saas_app.accounts.passwords.hashed", lambda _: pytest.fail("too early"))
    with pytest.raises(Invalid) as refused:
        signup.apply("not an address", "short", "n" * 81)
    assert set(refused.value.fields) == {"email", "password", "name"}
