"""The REST edge without a server, and people who use it. Speaks HTTP as a browser or a program would."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from starlette.testclient import TestClient

from saas_app.accounts import jwt, refresh, sessions
from saas_app.api import app as rest
from saas_app.api.boundary import Boundary
from saas_app.audit.trail import NOWHERE
from saas_app.core.db import transaction
from saas_app.core.settings import settings
from saas_app.market import current
from saas_app.market.board import Board
from saas_app.market.feeds.demo import DemoSource
from saas_app.market.feeds.replay import ReplaySource
from tests.support.billing_world import Tenant

_BOARD = Board([DemoSource(), ReplaySource()])


@dataclass
class Web:
    """One client of the whole edge, boundary included."""

    client: TestClient

    def as_browser(self, tenant: Tenant, user=None) -> dict[str, str]:
        """Headers of a signed-in page of ours."""
        with transaction() as session:
            plain = sessions.start(
                session, user or tenant.owner, tenant.id, remember=False, origin=NOWHERE
            )
        return {"Cookie": f"{sessions.COOKIE}={plain}", "Origin": settings().origin}

    def as_program(self, tenant: Tenant, user=None) -> dict[str, str]:
        user_id = (user or tenant.owner).id
        with transaction() as session:
            log_in = refresh.start(session, user_id, tenant.id).family
        token = jwt.issue(
            user_id=user_id, workspace_id=tenant.id, tier="free", tier_version=0, log_in=log_in
        )
        return {"Authorization": f"Bearer {token}"}

    def __getattr__(self, verb: str):
        return getattr(self.client, verb)


@contextmanager
def edge() -> Iterator[Web]:
    current.install(_BOARD)
    whole = Boundary(rest.made(), unchecked=rest.UNCHECKED)
    with TestClient(whole, base_url=settings().origin, raise_server_exceptions=False) as client:
        yield Web(client)
