"""An alert that fires on a scripted market, and deliveries that go out when they are told to."""

import time_machine
from sqlmodel import select

from saas_app.alerts import delivery, webhook_target
from saas_app.alerts.models import AlertDelivery
from saas_app.core.db import snapshot, transaction
from saas_app.notifications.models import Mail
from tests.support.alert_world import START, World
from tests.support.billing_world import Tenant
from tests.support.grants import grant
from tests.support.scripted_market import at

EVERYTHING = ["in_app", "email", "webhook", "telegram", "sms"]
EVERY = 120


def sawtooth(fires: int, every: int = EVERY):
    """It crosses 100 upwards once every two minutes, so many times."""
    half = every // 2
    return [(START + n * half, 101.0 if n % 2 else 99.0, 1) for n in range(2 * fires + 2)]


class Post:
    """`fire` lets the market move, `deliver` is all that is due at a second, by one worker."""

    def __init__(self, tenant: Tenant, channels, *, fires: int = 20, **more) -> None:
        self.tenant = tenant
        grant(tenant, "channels", EVERYTHING)
        self.world = World(tenant, sawtooth(fires))
        self.alert = self.world.alert(
            START, "crosses_up", frequency="every", channels=channels, **more
        )
        self.moved = 0

    def fire(self, times: int = 1) -> int:
        """The second at which the last of them fired."""
        for _ in range(times):
            for _ in range(2):
                self.world.look(START + self.moved)
                self.moved += EVERY // 2
        return self.moved - EVERY // 2

    def deliver(self, second: int, *, most: int = 100) -> int:
        """How many turns found something."""
        with time_machine.travel(at(START + second), tick=False):
            for turns in range(most):
                if not delivery.turn():
                    return turns
        return most

    def endpoint(self, url: str) -> str:
        with transaction() as session:
            return webhook_target.put(session, self.tenant.id, self.tenant.owner.id, url)

    def rows(self) -> list[AlertDelivery]:
        return self.world.deliveries()

    def states(self) -> list[str]:
        return [row.status for row in self.rows()]

    def letters(self) -> list[Mail]:
        with snapshot() as session:
            return list(session.exec(select(Mail).order_by(Mail.id)))
