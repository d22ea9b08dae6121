"""Whatever a test of billing makes the product ask of Stripe is judged when the test is over."""

from collections.abc import Iterator

import pytest

from saas_app.billing.stripe import client
from tests.support import judging
from tests.support.billing_world import sandbox_process, stripe_world, wired
from tests.support.listening import Heard, Listening

__all__ = ["heard", "sandbox_process", "stripe_world", "wired"]


@pytest.fixture(autouse=True)
def heard(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Heard]]:
    """Every request that left, in order."""
    everything: list[Heard] = []
    monkeypatch.setattr(
        client.stripe, "RequestsClient", lambda **more: Listening(everything, **more)
    )
    yield everything
    found = {fault for each in everything for fault in judging.asked_wrongly(each)}
    assert not found, "\n".join(sorted(found))
