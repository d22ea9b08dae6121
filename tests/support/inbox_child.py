"""A process that a test kills: it reaches one point of an event's life, says so, and waits to die."""

import asyncio
import os
import sys
import time
from pathlib import Path

from saas_app.billing import drainer, gateway, inbox
from saas_app.billing.stripe.gateway import StripeGateway
from saas_app.core import settings, tasks
from saas_app.core.settings import Settings
from saas_app.entitlements import sync
from tests.support.billing_world import NoPost


def stop_here(point: str) -> None:
    print(point, flush=True)  # noqa: T201 — the parent waits for this line
    time.sleep(60)


def main(point: str, body: bytes, signature: str) -> None:
    settings.use(settings.prepared(Settings(_env_file=None)))
    tasks.install(NoPost())
    stripe = StripeGateway()
    gateway.install(stripe)
    sync.install()
    asyncio.run(inbox.receive(body, signature))
    if point == "stored":
        stop_here(point)
    if point == "fetched":
        fetch = stripe.state

        def fetched(customer: str, **more: bool):
            state = fetch(customer, **more)
            stop_here(point)
            return state

        stripe.state = fetched
    if point == "synced":
        drainer._finish = lambda *_, **__: stop_here(point)
    drainer.Drainer(sync.customer).drain()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]).read_bytes(), os.environ["TEST_SIGNATURE"])
