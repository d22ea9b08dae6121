from collections.abc import Iterator

import pytest
import structlog
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from saas_app.accounts import passwords
from saas_app.accounts.models import User
from saas_app.core.db import transaction
from saas_app.core.settings import Settings
from tests.support.billing_world import new_tenant, sandbox_process, stripe_world, wired
from tests.support.sandbox_process import Sandbox
from tests.support.web import Web, edge

__all__ = ["sandbox_process", "stripe_world", "wired"]


@pytest.fixture(scope="session", autouse=True)
def plain_log() -> Iterator[None]:
    """One line per event: drawing a traceback with every local value takes seconds."""
    structlog.configure(processors=[structlog.processors.KeyValueRenderer()])
    yield
    structlog.reset_defaults()


@pytest.fixture(autouse=True)
def cheap_hash(monkeypatch: pytest.MonkeyPatch) -> None:
    """The slow hash is slow on purpose; here it is only in the way."""
    cheap = PasswordHash((Argon2Hasher(memory_cost=8, time_cost=1, parallelism=1),))
    nobody = cheap.hash("nobody has this password")
    monkeypatch.setattr(passwords, "_hasher", lambda: cheap)
    monkeypatch.setattr(passwords, "_nobody", lambda: nobody)


@pytest.fixture
def web(database) -> Iterator[Web]:
    with edge() as client:
        yield client


@pytest.fixture
def shop(stripe_world: Sandbox, configured: Settings) -> Sandbox:
    """The sandbox behind the edge, which is still reached under its own address."""
    configured.public_url = ""
    configured.__dict__.pop("origin", None)
    return stripe_world


@pytest.fixture
def staff(web, shop):
    """Sam, who works here, as a program beside a shop that sells."""
    sam = new_tenant("sam")
    with transaction() as session:
        session.get_one(User, sam.owner.id).is_staff = True
    return web.as_program(sam)
