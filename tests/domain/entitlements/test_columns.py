"""The three columns of a person equal the best access among their workspaces, whatever happens."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from saas_app.accounts.models import User
from saas_app.billing.models import Customer, Subscription
from saas_app.core import clock, ids
from saas_app.core.db import snapshot, transaction
from saas_app.entitlements import access, columns, seating
from saas_app.plans.access import Status
from saas_app.workspaces.models import Workspace
from tests.support.billing_world import add_member, new_tenant, new_user, reloaded

pytestmark = [pytest.mark.db, pytest.mark.usefixtures("wired")]

MOMENT = clock.now().replace(microsecond=0)
RANK = {"free": 0, "pro": 1, "enterprise": 2}


def subscribe(
    workspace_id: int, status: Status, plan: str = "pro", *, past_due_days: int | None = None
) -> None:
    """As the sync would leave it."""
    with transaction() as session:
        customer = session.get(Customer, workspace_id) or Customer(
            workspace_id=workspace_id, email="a@example.com", name="A", created_at=MOMENT
        )
        row = Subscription(
            stripe_id=ids.new("sub"),
            workspace_id=workspace_id,
            plan=plan,
            generation=1,
            price=f"tidemark_{plan}_month_v1",
            status=status,
            created_at=MOMENT,
            started_at=MOMENT,
            updated_at=MOMENT,
            trial_end_at=MOMENT + timedelta(days=3) if status is Status.TRIALING else None,
            past_due_since_at=MOMENT - timedelta(days=past_due_days or 0)
            if status is Status.PAST_DUE
            else None,
        )
        session.add(row)
        session.flush()
        customer.subscription_id = row.id
        session.add(customer)


HAD = st.tuples(
    st.sampled_from([None, *Status]), st.sampled_from(["pro", "enterprise"]), st.integers(0, 14)
)


@given(st.lists(HAD, min_size=1, max_size=4))
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_the_columns_are_the_best_access_among_the_workspaces(had):
    person = new_user(ids.new("person"))
    tenants = [new_tenant(ids.new("owner")) for _ in had]
    for tenant, (status, plan, days) in zip(tenants, had, strict=True):
        add_member(tenant, person)
        if status:
            subscribe(tenant.id, status, plan, past_due_days=days)

    with transaction() as session:
        columns.refresh(session, [person.id], MOMENT)
        each = [access.of(session, tenant.id, MOMENT) for tenant in tenants]

    shown = reloaded(person)
    assert RANK[shown.plan_type] == max(RANK[one.plan] for one in each)
    best = [one for one in each if one.plan == shown.plan_type]
    assert shown.subscription_status in {one.status or "none" for one in best}
    assert (shown.trial_end_date is not None) == (shown.subscription_status == "trialing")


def test_a_deleted_workspace_gives_nothing():
    ada = new_tenant()
    subscribe(ada.id, Status.ACTIVE)
    with transaction() as session:
        session.get_one(Workspace, ada.id).deleted_at = MOMENT
        columns.refresh(session, [ada.owner.id], MOMENT)
    assert reloaded(ada.owner).plan_type == "free"


def test_everybody_in_the_workspace_is_brought_up_to_date():
    ada, ben = new_tenant("ada"), new_user("ben")
    add_member(ada, ben)
    subscribe(ada.id, Status.ACTIVE)
    with transaction() as session:
        changed = seating.plan_changed(session, ada.id, MOMENT)
    assert {user.id for user in changed} == {ada.owner.id, ben.id}
    assert reloaded(ben).plan_type == "pro"


def test_two_workspaces_of_one_person_that_change_at_once_agree_in_the_end():
    for round_ in range(8):
        person = new_user(f"person{round_}")
        tenants = [new_tenant(f"owner{round_}{n}") for n in range(2)]
        for tenant in tenants:
            add_member(tenant, person)

        def change(tenant, person=person):
            with transaction() as session:
                row = Subscription(
                    stripe_id=ids.new("sub"),
                    workspace_id=tenant.id,
                    plan="pro",
                    generation=1,
                    price="tidemark_pro_month_v1",
                    status=Status.ACTIVE,
                    created_at=MOMENT,
                    started_at=MOMENT,
                    updated_at=MOMENT,
                )
                session.add(row)
                session.flush()
                session.add(
                    Customer(
                        workspace_id=tenant.id,
                        email="a@example.com",
                        name="A",
                        created_at=MOMENT,
                        subscription_id=row.id,
                    )
                )
                session.flush()
                columns.refresh(session, [person.id], MOMENT)

        def undo(tenant, person=person):
            with transaction() as session:
                session.get_one(Customer, tenant.id).subscription_id = None
                session.flush()
                columns.refresh(session, [person.id], MOMENT)

        change(tenants[0])
        with ThreadPoolExecutor(2) as both:
            list(both.map(lambda job: job[0](job[1]), [(undo, tenants[0]), (change, tenants[1])]))
        assert reloaded(person).plan_type == "pro"


def test_staff_lists_need_no_second_look():
    """The model's defaults and the rule's answer for nobody in particular are the same."""
    with transaction() as session:
        person = new_user_row(session)
        assert columns.refresh(session, [person.id], MOMENT) == []


def new_user_row(session) -> User:
    at = clock.wall()
    user = User(
        email="x@example.com",
        email_key="x@example.com",
        password_hash="-",
        created_at=at,
        sessions_valid_from=at,
    )
    session.add(user)
    session.flush()
    return user


def test_a_change_of_plan_outdates_the_tokens_of_every_workspace_of_the_person():
    ada = new_tenant()
    subscribe(ada.id, Status.ACTIVE)
    with transaction() as session:
        seating.plan_changed(session, ada.id, MOMENT)
    assert version_of(ada) == 1
    with transaction() as session:
        seating.plan_changed(session, ada.id, MOMENT)
    assert version_of(ada) == 1


def version_of(tenant):
    with snapshot() as session:
        return session.get(Workspace, tenant.id).tier_version
