"""Everything up: sandbox, database, plans, pages, the product. One command, Ctrl-C ends it all."""

import os
import subprocess
import sys
from pathlib import Path

from launch import frontend
from launch.children import Children
from launch.progress import say, step
from launch.venv import PYTHON, ROOT
from saas_app.core.settings import UnsafeSettings, settings

_PATIENCE_SECONDS = 90.0


def run() -> int:
    try:
        given = settings()
    except UnsafeSettings as refused:
        sys.exit(str(refused))
    say(f"{given.brand} is getting ready")
    frontend.ready()
    environment = _environment()
    children = Children()
    if given.sandboxed:
        sandbox(children, environment)
    prepared(children, environment)
    with step("Starting the product"):
        children.start("The product", granian(given.port), environment)
        children.wait_until_healthy(
            "The product", f"http://127.0.0.1:{given.port}/api/health", _PATIENCE_SECONDS
        )
    _welcome()
    return children.watch()


def sandbox(children: Children, environment: dict[str, str]) -> None:
    # Where its Checkout and its log-in providers send people back to, also when only .env says so.
    told = {**environment, "PUBLIC_URL": settings().origin}
    with step("Starting the sandbox"):
        children.start("The sandbox", [str(PYTHON), "-m", "sandbox"], told)
        health = f"{settings().sandbox_origin}/_sandbox/health"
        children.wait_until_healthy("The sandbox", health, _PATIENCE_SECONDS)


def prepared(children: Children, environment: dict[str, str]) -> None:
    """Migrations, plans and demo people; on failure everything that runs is stopped first."""
    command = [str(PYTHON), "-m", "saas_app.cli", "prepare"]
    with step("Preparing database, plans and demo people") as outcome:
        done = subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
        )
        outcome.ok = done.returncode == 0
    if not outcome.ok:
        children.stop()
        say(done.stdout + done.stderr)
        sys.exit(
            "The database could not be prepared; the words stand above. Nothing was lost. Run the same command again when it is mended."
        )


def serve() -> int:
    """The product alone, in this very process: for a supervisor that restarts what ends."""
    frontend.ready()
    os.execve(str(PYTHON), granian(settings().port), _environment())


def granian(port: int) -> list[str]:
    """Granian on the finished bundle; a worker that dies ends the process, and with it the start."""
    # Inside a container the port must be reachable from the host; elsewhere loopback is enough
    # until PUBLIC_URL says that other machines are meant to come.
    local = settings().origin.startswith("http://localhost") and not Path("/.dockerenv").exists()
    host = "127.0.0.1" if local else "0.0.0.0"  # noqa: S104 — see above
    options = {
        "--interface": "asgi",
        "--host": host,
        "--port": str(port),
        "--workers": "1",
        "--log-level": "warning",
    }
    flat = [word for pair in options.items() for word in pair]
    return [str(PYTHON), "-m", "granian", "--factory", *flat, "saas_app.saas_app:app"]


def _environment() -> dict[str, str]:
    # The two names with double underscores are Reflex's own way to serve a finished build;
    # the start-up test proves them on every upgrade.
    return {
        **os.environ,
        "REFLEX_ENV_MODE": "prod",
        "__REFLEX_SKIP_COMPILE": "true",
        "__REFLEX_MOUNT_FRONTEND_COMPILED_APP": "true",
        "REFLEX_CHECK_LATEST_VERSION": "false",
        "REFLEX_STATE_MANAGER_MODE": "redis" if settings().redis_url else "memory",
        "PYTHONUNBUFFERED": "1",
    }


def _welcome() -> None:
    given = settings()
    say()
    say(f"  {given.brand}   {given.origin}")
    if given.sandboxed:
        say(
            f"  Sandbox    http://localhost:{given.sandbox_port}   (mailbox, clock, cards, webhooks)"
        )
        say()
        say("  Demo log-ins, password  tide-demo-harbour-42")
        for line in subprocess.run(
            [str(PYTHON), "-m", "saas_app.cli", "people"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        ).stdout.splitlines():
            say(f"    {line}")
    say()
    say("  Ctrl-C stops everything.")
