"""From a webhook's receipt to the mirror it leads to, at fifty a second, and what one sync asks for.

The sandbox, which stands in for Stripe, answers on the same cores.
"""

import time
from collections.abc import Iterator, Sequence
from functools import partial
from urllib.parse import urlsplit

from sqlmodel import col, select

from bench import databases, sender
from bench.sender import SECRET
from bench.table import line, percentile
from saas_app.billing import gateway
from saas_app.billing.models import StripeEvent
from saas_app.billing.stripe import client
from saas_app.billing.stripe.gateway import StripeGateway
from saas_app.core import tasks
from saas_app.core.db import snapshot
from saas_app.entitlements import sync
from tests.support.billing_world import NoPost, Tenant, buy, customer_of, new_tenant
from tests.support.counting import statements
from tests.support.listening import Heard, Listening
from tests.support.product import Product

_CUSTOMERS = 25
_PER_SECOND = 50
_EVENTS = 750
_ALONE = 25
_BURST = 5
_PATIENCE_SECONDS = 120


def rows(product: Product, kind: str, url: str) -> Iterator[str]:
    heard: list[Heard] = []
    _joined(product, url, heard)
    tenants = [new_tenant(f"bench{number}") for number in range(_CUSTOMERS)]
    for tenant in tenants:
        buy(product.sandbox, tenant)
    yield _counted(tenants[0], heard, kind)
    # The sandbox has told of those purchases, too.
    _settled()
    customers = [row.stripe_id or "" for each in tenants if (row := customer_of(each))]
    alone = _alone(product, customers)
    yield line(
        f"webhook applied, one at a time, {kind}",
        f"p50 {percentile(alone, 0.5):.0f} ms",
        f"p99 {percentile(alone, 0.99):.0f} ms",
    )
    for what, order in (
        ("each about another customer", customers),
        (f"{_BURST} about a customer", [c for c in customers for _ in range(_BURST)]),
    ):
        yield _streamed(product, kind, what, order, alone)


def _joined(product: Product, url: str, heard: list[Heard]) -> None:
    """This process beside the product's, on its database and its Stripe."""
    databases.entered(
        url,
        product.folder / "var",
        sandbox_port=urlsplit(product.sandbox.base_url).port,
        public_url=product.url,
        stripe_webhook_secrets=[SECRET],
    )
    client.stripe.RequestsClient = partial(Listening, heard)  # pyright: ignore[reportAttributeAccessIssue] — it only listens
    tasks.install(NoPost())
    gateway.install(StripeGateway())
    sync.install()


def _counted(tenant: Tenant, heard: list[Heard], kind: str) -> str:
    heard.clear()
    with statements() as asked:
        sync.workspace(tenant.id)
    return line(
        f"one sync of a customer on trial, {kind}",
        f"{len(asked)} statements",
        f"{len(heard)} requests to Stripe",
    )


def _alone(product: Product, customers: Sequence[str]) -> list[float]:
    for number in range(_ALONE):
        _send(product, [f"evt_alone_{number}"], [customers[number % len(customers)]], 1000)
        _settled()
    return _took("evt_alone_")


def _streamed(
    product: Product, kind: str, what: str, order: Sequence[str], alone: Sequence[float]
) -> str:
    mark = f"evt_{what.split(maxsplit=1)[0]}_"
    ids = [f"{mark}{number}" for number in range(_EVENTS)]
    customers = [order[number % len(order)] for number in range(_EVENTS)]
    _send(product, ids, customers, _PER_SECOND)
    _settled()
    took = _took(mark)
    p50, p99 = percentile(took, 0.5), percentile(took, 0.99)
    return line(
        f"webhooks applied at {_PER_SECOND} /s, {what}, {kind}",
        f"p50 {p50:.0f} p99 {p99:.0f} ms",
        f"{p50 / percentile(list(alone), 0.5):.2f} x one at a time",
    )


def _send(product: Product, ids: Sequence[str], customers: Sequence[str], rate: float) -> None:
    url = f"{product.url}/api/stripe/webhook"
    both = zip(ids, customers, strict=True)
    requests = [sender.post(url, sender.event(event, customer)) for event, customer in both]
    sender.paced(url, requests, per_second=rate)


def _settled() -> None:
    """Waits until nothing is pending."""
    pending = select(StripeEvent.id).where(StripeEvent.status == "pending").limit(1)
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < deadline:
        with snapshot() as session:
            if session.exec(pending).first() is None:
                return
        time.sleep(0.02)
    raise RuntimeError("the inbox was not worked off")


def _took(mark: str) -> list[float]:
    """Milliseconds from receipt to the mirror, by the product's own clock."""
    mine = select(StripeEvent).where(col(StripeEvent.id).startswith(mark))
    with snapshot() as session:
        found = session.exec(mine).all()
    if {row.status for row in found} != {"done"}:
        raise RuntimeError(f"not applied: { {(row.status, row.error) for row in found} }")
    return [
        (row.handled_at - row.received_at).total_seconds() * 1000 for row in found if row.handled_at
    ]
