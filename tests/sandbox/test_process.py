"""The process itself: what it refuses to start with, and what it remembers."""

import time
from pathlib import Path

import pytest

from sandbox import settings
from tests.support.sandbox_process import LOG, free_port, running_sandbox, start
from tests.support.stripe_shop import Shop


def test_everything_survives_a_restart_and_so_does_the_clock(tmp_path: Path) -> None:
    with running_sandbox(tmp_path) as first:
        shop = Shop(first)
        subscription = shop.subscribe(shop.price().id, trial_period_days=14)
        first.advance("12d")
        first.fault(drop_webhooks=3)
        offset = first.get("/clock")["offset_seconds"]
    with running_sandbox(tmp_path) as second:
        again = Shop(second)
        assert again.subscription(subscription.id).status == "trialing"
        assert second.get("/clock")["offset_seconds"] == offset
        assert second.get("/faults")["drop_webhooks"] == 3
        second.advance("3d")
        assert again.subscription(subscription.id).status == "active"


def test_it_is_up_in_a_moment(tmp_path: Path) -> None:
    started = time.monotonic()
    with running_sandbox(tmp_path):
        assert time.monotonic() - started < 4.0  # a third of a second on an idle machine


@pytest.mark.parametrize("key", ["sk_live_51abc", "rk_live_51abc"])
def test_it_does_not_start_beside_a_live_key(tmp_path: Path, key: str) -> None:
    process = start(tmp_path, free_port(), free_port(), STRIPE_SECRET_KEY=key)

    assert process.wait(timeout=10) == 2
    said = (tmp_path / LOG).read_text()
    assert "live key" in said
    assert key not in said


def test_a_taken_port_is_explained(tmp_path: Path) -> None:
    with running_sandbox(tmp_path / "one") as first:
        process = start(tmp_path / "two", free_port(), first.smtp_port)
        assert process.wait(timeout=10) == 1
        assert "SANDBOX_SMTP_PORT" in (tmp_path / "two" / LOG).read_text()


def test_it_stops_at_once_when_asked_to(tmp_path: Path) -> None:
    process = start(tmp_path, free_port(), free_port())
    give_up = time.monotonic() + 5
    while "Sandbox on" not in (tmp_path / LOG).read_text() and time.monotonic() < give_up:
        time.sleep(0.02)
    process.terminate()

    assert process.wait(timeout=5) == 0


def test_it_listens_on_this_machine_only_unless_told_otherwise() -> None:
    assert settings.read({}).bind == "127.0.0.1"
    assert settings.read({"SANDBOX_BIND": "0.0.0.0"}).bind == "0.0.0.0"


@pytest.mark.parametrize(
    "environ",
    [
        {"SANDBOX_BIND": "0.0.0.0", "STRIPE_SECRET_KEY": "sk_live_x"},
        {"SANDBOX_BIND": "0.0.0.0", "ENV": "production"},
        {"SANDBOX_PORT": "eighty"},
        {"SANDBOX_SMTP_PORT": "0"},
    ],
)
def test_unsafe_settings_are_refused_before_anything_starts(environ: dict[str, str]) -> None:
    with pytest.raises(settings.UnsafeStart):
        settings.read(environ)


def test_every_fault_in_the_settings_is_named_at_once() -> None:
    with pytest.raises(settings.UnsafeStart) as refused:
        settings.read({"SANDBOX_PORT": "x", "STRIPE_SECRET_KEY": "sk_live_x"})

    assert "SANDBOX_PORT" in str(refused.value)
    assert "STRIPE_SECRET_KEY" in str(refused.value)
