"""Row 29 of the matrix: whatever webhooks were lost, a look at Stripe finds it, mends it, and finds nothing more."""

from datetime import timedelta

import pytest
from sqlmodel import select

from saas_app.billing import checkout, lease, sync
from saas_app.billing.models import Customer, Invoice, Subscription
from saas_app.billing.reconciliation import run
from saas_app.billing.reconciliation.models import ReconciliationRun, Scope
from saas_app.billing.stripe import client
from saas_app.core import clock
from saas_app.core.db import snapshot, transaction
from saas_app.entitlements import reconciled
from saas_app.notifications.models import Notification
from tests.support.billing_world import (
    access_of,
    advance,
    buy,
    customer_of,
    deliver_all,
    invoices_of,
    new_tenant,
    new_user,
    reloaded,
    subscriptions_of,
    told,
)

pytestmark = pytest.mark.db
FAILS_LATER = "4000000000000341"


def paid_unseen(world, tenant) -> None:
    """Bought on Stripe's page; no webhook came, and the success page was never opened."""
    started = checkout.start(tenant.workspace, tenant.owner, plan="pro", interval="month")
    world.complete_checkout(started.session_id)


def test_row_29_every_webhook_lost_and_one_look_mends_all(stripe_world):
    ada, ben, eve = (new_tenant(name) for name in ("ada", "ben", "eve"))
    paid_unseen(stripe_world, ada)
    buy(stripe_world, ben, card=FAILS_LATER)
    advance(stripe_world, "14d")
    advance(stripe_world, "2h")
    report = run.everything()
    assert report.scope is Scope.EVERYTHING
    assert report.failures == ()
    assert access_of(ada).plan == reloaded(ada.owner).plan_type == "pro"
    assert [s.status for s in subscriptions_of(ben)] == ["past_due"]
    assert {i.status for i in invoices_of(ben)} == {"paid", "open"}
    assert customer_of(eve) is None
    mended = {(d.workspace_id, d.what.split()[0], d.column) for d in report.differences}
    assert {(ada.id, "subscription", "the whole of it"), (ada.id, "person", "plan_type")} <= mended
    assert {(ben.id, "subscription", "status"), (ben.id, "invoice", "the whole of it")} <= mended
    assert run.everything().differences == ()


def test_row_29_the_end_state_is_the_one_the_webhooks_would_have_brought(stripe_world):
    ada = new_tenant()
    buy(stripe_world, ada)
    stripe = client.made()
    stripe.v1.subscriptions.update(
        subscriptions_of(ada)[0].stripe_id, {"cancel_at_period_end": True}
    )
    advance(stripe_world, "15d")
    run.everything()
    by_looking = (access_of(ada), subscriptions_of(ada), told(ada.owner))
    deliver_all(stripe_world)
    assert (
        access_of(ada),
        [s.model_dump(exclude={"updated_at"}) for s in subscriptions_of(ada)],
    ) == (
        by_looking[0],
        [s.model_dump(exclude={"updated_at"}) for s in by_looking[1]],
    )
    assert told(ada.owner) == by_looking[2]


def test_events_that_never_came_are_enough_within_thirty_days(stripe_world):
    ada, ben = new_tenant("ada"), new_tenant("ben")
    buy(stripe_world, ben)
    deliver_all(stripe_world)
    assert run.everything().differences == ()
    paid_unseen(stripe_world, ada)
    report = run.recent()
    assert report.scope is Scope.EVENTS
    assert report.missed_events > 0
    assert report.workspaces == 1  # ben's events had all arrived
    assert access_of(ada).plan == "pro"
    assert run.recent().differences == ()


def test_after_more_than_thirty_days_of_silence_everything_is_looked_at(stripe_world):
    ada = new_tenant()
    buy(stripe_world, ada)
    assert run.everything().failures == ()
    advance(stripe_world, "20d")
    advance(stripe_world, "20d")
    report = run.recent()
    assert report.scope is Scope.EVERYTHING
    assert [s.status for s in subscriptions_of(ada)] == ["active"]
    assert run.recent().scope is Scope.EVENTS


def test_a_look_only_changes_nothing_and_says_the_same(stripe_world):
    ada = new_tenant()
    paid_unseen(stripe_world, ada)
    looked = run.everything(mend=False)
    assert subscriptions_of(ada) == []
    assert told(ada.owner) == []
    assert [str(d) for d in looked.differences] == [str(d) for d in run.everything().differences]
    with snapshot() as session:
        assert [r.scope for r in session.exec(select(ReconciliationRun))] == ["everything"]


def test_what_somebody_wrote_into_our_tables_is_put_right(stripe_world):
    ada = new_tenant()
    buy(stripe_world, ada)
    advance(stripe_world, "15d")
    run.everything()
    with transaction() as session:
        row = session.exec(select(Subscription)).one()
        row.status, row.seats = "canceled", 40
        paid = session.exec(select(Invoice).where(Invoice.total_cents > 0)).one()
        paid.paid_cents = 1
        session.add_all([row, paid])
    report = run.everything()
    assert {d.column for d in report.differences} == {"paid_cents", "seats", "status"}
    assert run.everything().differences == ()


def test_invoices_of_years_ago_are_looked_at_too(stripe_world):
    ada = new_tenant()
    buy(stripe_world, ada)
    for _ in range(27):
        advance(stripe_world, "31d")
    run.everything()
    assert len(invoices_of(ada)) == len(
        list(client.made().v1.invoices.list({"limit": 100}).auto_paging_iter())
    )
    assert len(invoices_of(ada)) > 24
    with transaction() as session:
        oldest = session.exec(select(Invoice).order_by(Invoice.created_at)).first()
        oldest.status = "void"
        session.add(oldest)
    assert [d.column for d in run.everything().differences] == ["status"]


def test_a_customer_made_before_the_process_died_is_found_and_linked(stripe_world):
    ada = new_tenant()
    paid_unseen(stripe_world, ada)
    with transaction() as session:
        row = session.get_one(Customer, ada.id)
        made, row.stripe_id = row.stripe_id, None
        session.add(row)
    report = run.everything()
    assert customer_of(ada).stripe_id == made
    assert any(d.theirs == made for d in report.differences)
    assert access_of(ada).plan == "pro"


def test_a_second_customer_of_a_workspace_is_named_and_left_to_a_person(stripe_world):
    ada = new_tenant()
    buy(stripe_world, ada)
    ours = customer_of(ada).stripe_id
    other = client.made().v1.customers.create({"metadata": {"workspace": ada.workspace.key}})
    report = run.everything()
    assert [(d.column, d.ours, d.theirs) for d in report.differences] == [("id", ours, other.id)]
    assert customer_of(ada).stripe_id == ours


def test_strangers_in_the_account_are_nobodys_business(stripe_world):
    stripe = client.made()
    stripe.v1.customers.create({"email": "somebody@elsewhere.example"})
    stripe.v1.customers.create({"metadata": {"workspace": "ws_of_another_product"}})
    assert run.everything() == run.Report(Scope.EVERYTHING)


def test_a_workspace_in_trouble_is_reported_and_met_again(stripe_world, monkeypatch):
    ada, ben = new_tenant("ada"), new_tenant("ben")
    paid_unseen(stripe_world, ada)
    paid_unseen(stripe_world, ben)
    monkeypatch.setattr(sync, "WAIT_SECONDS", 0.05)
    with lease.held(ada.id, wait=1):
        report = run.everything()
    assert [line.split(":")[0] for line in report.failures] == [f"workspace {ada.id}"]
    assert access_of(ben).plan == "pro"
    with snapshot() as session:
        assert session.exec(select(ReconciliationRun)).all() == []
    assert {d.workspace_id for d in run.everything().differences} == {ada.id}


def test_nightly_means_a_day_after_the_last_on_stripes_clock(stripe_world):
    assert timely(days=9) is None  # nobody to look at yet
    buy(stripe_world, new_tenant())
    assert timely() is None
    assert timely(days=1, minutes=1) is Scope.EVERYTHING
    run.everything()
    assert timely(hours=23) is Scope.EVENTS
    assert timely(days=1) is Scope.EVERYTHING


def timely(**later) -> Scope | None:
    with snapshot() as session:
        return run.due(session, clock.now() + timedelta(**later))


def test_staff_hear_of_a_finding_once(stripe_world):
    sam = new_user("sam", is_staff=True)
    paid_unseen(stripe_world, new_tenant())
    report = run.everything()
    reconciled.tell(report)
    reconciled.tell(report)
    reconciled.tell(run.everything())
    assert told(sam) == ["billing.reconciled"]
    with snapshot() as session:
        (row,) = session.exec(select(Notification).where(Notification.user_id == sam.id)).all()
    assert "at Stripe" in row.data["about"]
