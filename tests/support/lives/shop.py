"""What a life is lived in: the sandbox, one of several catalogues, and workers that are separate processes."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
import requests
import stripe
from sqlmodel import update

from saas_app.billing import lease, offer, publication
from saas_app.billing.models import CustomerLease
from saas_app.core import clock
from saas_app.core.db import transaction
from saas_app.plans import catalogue as plans
from saas_app.plans.catalogue import Catalogue
from tests.support.lives.death import mortality
from tests.support.sandbox_process import Sandbox

_TRIAL, _FOLLOWS = 'trial_end = "charge"', "seats_follow_members = true\n"
PATIENCE = 5.0
SHELF: dict[str, Catalogue] = {}


def _changed(name: str, old: str, new: str) -> Catalogue:
    text = offer.file_text(name)
    assert old in text
    return plans.load(text.replace(old, new))


def shelf() -> dict[str, Catalogue]:
    """Trials that end in each of the three ways; seats that follow the members and seats that are bought."""
    if not SHELF:
        SHELF["charged after the trial"] = _changed("tidemark", _TRIAL, _TRIAL)
        SHELF["ended after the trial"] = _changed("tidemark", _TRIAL, 'trial_end = "cancel"')
        SHELF["paused after the trial"] = _changed("tidemark", _TRIAL, 'trial_end = "pause"')
        SHELF["seats follow"] = _changed("datilio", _FOLLOWS, _FOLLOWS)
        SHELF["seats are bought"] = _changed("datilio", _FOLLOWS, "")
    return SHELF


@dataclass
class Shop:
    sandbox: Sandbox
    catalogue: Catalogue = field(default_factory=lambda: shelf()["charged after the trial"])
    patience: float = PATIENCE
    """How long a worker waits for another's lease, in seconds; none where its holder is dead."""

    def opened_anew(self, name: str, after_last_retry: str) -> None:
        self.sandbox.fault(clear=True, after_last_retry=after_last_retry)
        self.sandbox.reset(keep_catalogue=True)
        self.sandbox.fault(after_last_retry=after_last_retry)
        self.catalogue = shelf()[name]
        self.patience = PATIENCE
        clock.set_lead(timedelta())


def leases_run_out() -> None:
    """A minute of the clock on the wall passes: what the dead held is free."""
    with transaction() as session:
        session.exec(update(CustomerLease).values(until_at=clock.wall() - timedelta(seconds=1)))


@contextlib.contextmanager
def opened(sandbox: Sandbox, patched: pytest.MonkeyPatch) -> Iterator[Shop]:
    shop = Shop(sandbox)
    for catalogue in shelf().values():
        publication.apply(catalogue)
    held = lease.held
    patched.setattr(offer, "catalogue", lambda: shop.catalogue)
    # Workers stand for processes: they meet at the lease's row, not in a queue of this one.
    patched.setattr(lease, "_in_line", lambda *_: contextlib.nullcontext())
    patched.setattr(lease, "held", lambda who, *, wait: held(who, wait=min(wait, shop.patience)))
    # The SDK waits half a second before it asks again; nothing here needs the time.
    patched.setattr(stripe.HTTPClient, "_sleep_time_seconds", lambda *_, **__: 0.001)
    # Looked up anew for each request; there is no proxy on the way to loopback.
    patched.setattr(requests.sessions, "get_environ_proxies", lambda *_, **__: {})
    with mortality(patched):
        yield shop
