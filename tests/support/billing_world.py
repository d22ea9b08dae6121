"""A small world for tests about money: people, a Stripe that works, and webhooks signed as Stripe signs."""

import asyncio
import hashlib
import hmac
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlmodel import select

from saas_app.accounts import passwords
from saas_app.accounts.models import User
from saas_app.billing import checkout, gateway, inbox, publication, secrets, sync
from saas_app.billing.drainer import Drainer
from saas_app.billing.models import Customer, Invoice, StripeEvent, Subscription
from saas_app.billing.stripe.gateway import StripeGateway
from saas_app.core import clock, tasks
from saas_app.core.db import snapshot, transaction
from saas_app.core.settings import Settings
from saas_app.entitlements import access
from saas_app.entitlements import sync as entitlements_sync
from saas_app.notifications.models import Notification
from saas_app.plans.access import Access
from saas_app.workspaces import memberships
from saas_app.workspaces.models import Membership, Workspace
from saas_app.workspaces.roles import Role
from tests.support.sandbox_process import Sandbox, running_sandbox

SECRET = "whsec_test_of_the_inbox"


@dataclass(frozen=True)
class Tenant:
    """A workspace and the person who owns it."""

    workspace: Workspace
    owner: User

    @property
    def id(self) -> int:
        return memberships.ident(self.workspace)


def new_user(name: str, **values) -> User:
    at = clock.wall()
    with transaction() as session:
        user = User(
            email=f"{name}@example.com",
            email_key=f"{name}@example.com",
            name=name.title(),
            password_hash=passwords.NOT_CHOSEN,
            email_verified_at=at,
            created_at=at,
            sessions_valid_from=at,
            **values,
        )
        session.add(user)
        session.flush()
    return user


def new_tenant(name: str = "ada", plan: str = "free") -> Tenant:
    owner = new_user(name, plan_type=plan)
    with transaction() as session:
        workspace = memberships.create_personal(session, owner.id, f"{owner.name}'s workspace")
    return Tenant(workspace, owner)


def add_member(tenant: Tenant, user: User, role: Role = Role.ANALYST) -> None:
    with transaction() as session:
        session.add(
            Membership(workspace_id=tenant.id, user_id=user.id, role=role, created_at=clock.wall())
        )


def access_of(tenant: Tenant, *, at=None) -> Access:
    with snapshot() as session:
        return access.of(session, tenant.id, at or clock.now())


def customer_of(tenant: Tenant) -> Customer | None:
    with snapshot() as session:
        return session.get(Customer, tenant.id)


def subscriptions_of(tenant: Tenant) -> list[Subscription]:
    with snapshot() as session:
        rows = select(Subscription).where(Subscription.workspace_id == tenant.id)
        return list(session.exec(rows.order_by(Subscription.created_at)))


def invoices_of(tenant: Tenant) -> list[Invoice]:
    with snapshot() as session:
        return list(session.exec(select(Invoice).where(Invoice.workspace_id == tenant.id)))


def reloaded(user: User) -> User:
    with snapshot() as session:
        return session.get_one(User, user.id)


def told(user: User) -> list[str]:
    """The kinds of what this person was told, oldest first."""
    with snapshot() as session:
        rows = select(Notification).where(Notification.user_id == user.id)
        return [row.kind for row in session.exec(rows.order_by(Notification.id))]


def stored_events() -> dict[str, StripeEvent]:
    with snapshot() as session:
        return {row.id: row for row in session.exec(select(StripeEvent))}


def event_body(
    customer: str | None,
    *,
    event_id: str = "evt_1",
    kind: str = "customer.subscription.updated",
    created: int | None = None,
    livemode: bool = False,
) -> bytes:
    """An event as Stripe would send it, with as little in it as can be: nobody should read more."""
    return json.dumps(
        {
            "id": event_id,
            "object": "event",
            "api_version": "2026-10-28.endive",
            "created": created or int(time.time()),
            "data": {"object": {"id": "sub_x", "object": "subscription", "customer": customer}},
            "livemode": livemode,
            "type": kind,
        }
    ).encode()


def signed(body: bytes, *, secret: str = SECRET, at: int | None = None) -> str:
    stamp = at if at is not None else int(time.time())
    digest = hmac.new(secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={stamp},v1={digest}"


def received(body: bytes, signature: str | None = None) -> inbox.Received:
    return asyncio.run(inbox.receive(body, signed(body) if signature is None else signature))


def happened(sandbox: Sandbox) -> list[dict]:
    """Every event the sandbox knows, oldest first, as bodies."""
    answer = sandbox.client.get(
        "/v1/events", params={"limit": 100}, headers={"Authorization": "Bearer sk_test_sandbox"}
    )
    return answer.raise_for_status().json()["data"][::-1]


def deliver(events: list[dict]) -> None:
    """Bring these events to the inbox, as one after another from Stripe, and work them off."""

    async def bring() -> None:
        for event in events:
            body = json.dumps(event).encode()
            await inbox.receive(body, signed(body))

    asyncio.run(bring())
    Drainer(entitlements_sync.customer).drain()


def deliver_all(sandbox: Sandbox) -> None:
    deliver(happened(sandbox))


def advance(sandbox: Sandbox, span: str) -> None:
    """Move both clocks: the sandbox's and ours, which follows it."""
    moved = sandbox.advance(span)
    clock.set_lead(timedelta(seconds=moved["now"] - int(time.time())))


def buy(
    sandbox: Sandbox,
    tenant: Tenant,
    *,
    interval: str = "month",
    card: str | None = "4242424242424242",
) -> None:
    """Through Checkout and back over the success page."""
    started = checkout.start(tenant.workspace, tenant.owner, plan="pro", interval=interval)
    sandbox.complete_checkout(started.session_id, card)
    checkout.finish(started.session_id, tenant.workspace)


@pytest.fixture(scope="session")
def sandbox_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with running_sandbox(tmp_path_factory.mktemp("sandbox")) as running:
        yield running


class NoPost:
    """Letters are written and stay in their table: no test here waits for a mail server."""

    def enqueue(self, session, task, key, payload) -> None:
        pass


@pytest.fixture
def wired(database: str) -> Iterator[None]:
    """Billing as the wiring leaves it, but for the gateway."""
    tasks.install(NoPost())
    secrets.forget()
    entitlements_sync.install()
    yield
    sync.install(None)
    gateway.install(None)
    secrets.forget()


@pytest.fixture
def stripe_world(
    sandbox_process: Sandbox,
    configured: Settings,
    wired: None,
) -> Sandbox:
    """The sandbox with our catalogue in it, and the product pointed at it by the real SDK."""
    sandbox_process.reset()
    point_at(sandbox_process, configured)
    publication.apply()
    return sandbox_process


def point_at(sandbox: Sandbox, configured: Settings) -> None:
    configured.sandbox_port = int(sandbox.base_url.rsplit(":", 1)[1])
    # Nobody listens there: these tests carry the events to the inbox themselves.
    configured.public_url = "http://127.0.0.1:9"
    configured.__dict__.pop("origin", None)
    configured.stripe_webhook_secrets = [SECRET]
    gateway.install(StripeGateway())
