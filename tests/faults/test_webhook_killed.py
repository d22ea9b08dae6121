"""kill -9 at every point of an event's life: nothing is lost, nothing happens twice."""

import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select, update

from saas_app.audit.models import AuditLog
from saas_app.billing import checkout
from saas_app.billing.drainer import Drainer
from saas_app.billing.models import CustomerLease, StripeEvent
from saas_app.core import clock
from saas_app.core.db import snapshot, transaction
from saas_app.entitlements import sync
from tests.support.billing_world import (
    SECRET,
    access_of,
    customer_of,
    event_body,
    new_tenant,
    signed,
    stored_events,
    told,
)

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.db


def killed_at(point: str, body: bytes, configured, tmp_path: Path) -> None:
    """Run a process up to this point of the event's life, then kill it by its id."""
    path = tmp_path / "event.json"
    path.write_bytes(body)
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.support.inbox_child", point, str(path)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        env={
            "PATH": os.environ["PATH"],
            "DATABASE_URL": configured.database_url,
            "DATA_DIR": str(configured.data_dir),
            "SECRET_KEYS": configured.secret_keys[0],
            "SANDBOX_PORT": str(configured.sandbox_port),
            "PUBLIC_URL": configured.public_url,
            "STRIPE_WEBHOOK_SECRETS": SECRET,
            "TEST_SIGNATURE": signed(body),
        },
    )
    try:
        assert child.stdout.readline().strip() == point
    finally:
        os.kill(child.pid, signal.SIGKILL)
        child.wait()
        child.stdout.close()


def let_the_lease_run_out() -> None:
    """What forty-five seconds would do: the dead process never lets go by itself."""
    with transaction() as session:
        session.exec(update(CustomerLease).values(until_at=clock.wall() - timedelta(seconds=1)))
        session.exec(update(StripeEvent).values(next_try_at=clock.wall()))


def audited(workspace_id: int) -> list[str]:
    with snapshot() as session:
        rows = select(AuditLog.event).where(AuditLog.workspace_id == workspace_id)
        return list(session.exec(rows.order_by(AuditLog.id)))


@pytest.mark.parametrize("point", ["stored", "fetched", "synced"])
def test_an_event_survives_its_process(stripe_world, configured, tmp_path, point):
    ada = new_tenant()
    started = checkout.start(ada.workspace, ada.owner, plan="pro", interval="month")
    stripe_world.complete_checkout(started.session_id)
    body = event_body(customer_of(ada).stripe_id, kind="checkout.session.completed")

    killed_at(point, body, configured, tmp_path)

    assert [row.status for row in stored_events().values()] == ["pending"]
    if point == "fetched":
        Drainer(sync.customer).drain()  # the dead one still holds the lease: nothing moves yet
        assert access_of(ada).plan == "free"
        let_the_lease_run_out()
    Drainer(sync.customer).drain()

    assert access_of(ada).plan == "pro"
    assert [row.status for row in stored_events().values()] == ["done"]
    assert told(ada.owner) == ["billing.trial_started"]
    assert audited(ada.id) == ["billing.checkout_started", "billing.trial_started"]
