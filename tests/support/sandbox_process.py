"""A running sandbox for tests: its own process, its own ports, its own folder, and a few verbs.

It speaks HTTP only; nothing of the sandbox is imported.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

import httpx

ROOT = Path(__file__).parents[2]
START_WITHIN = 10.0
LOG = "sandbox.log"

Json: TypeAlias = dict[str, Any]


@dataclass
class Sandbox:
    """Where the sandbox is, and what a test does with it."""

    base_url: str
    smtp_port: int
    data_dir: Path
    pid: int
    client: httpx.Client = field(repr=False)

    @property
    def base_addresses(self) -> dict[str, str]:
        """For `StripeClient(base_addresses=…)`: all four, so that no call leaves the machine."""
        return dict.fromkeys(("api", "files", "connect", "meter_events"), self.base_url)

    def get(self, path: str, **query: Any) -> Any:
        """GET a control address."""
        return self._answer(self.client.get(f"/_sandbox{path}", params=query))

    def post(self, path: str, body: Json | None = None) -> Any:
        """POST to a control address."""
        return self._answer(self.client.post(f"/_sandbox{path}", json=body or {}))

    def now(self) -> int:
        """Sandbox time in Unix seconds."""
        return self.get("/clock")["now"]

    def advance(self, span: str, *, settle: float = 0.0) -> Json:
        """Move the clock ("3d") and return when everything due has happened."""
        return self.post("/clock", {"advance": span, "settle": settle})

    def move_to(self, instant: int, *, settle: float = 0.0) -> Json:
        """Move the clock to an instant."""
        return self.post("/clock", {"to": instant, "settle": settle})

    def complete_checkout(
        self, session: str, card: str | None = "4242424242424242", **asked: Any
    ) -> Json:
        """Pay as the customer would; `card=None` where none is needed."""
        return self.post(f"/checkout/{session}/complete", {"card": card, **asked})

    def expire_checkout(self, session: str) -> Json:
        """Let a session expire."""
        return self.post(f"/checkout/{session}/expire")

    def mail(self, to: str | None = None) -> list[Json]:
        """Mails, newest first."""
        return self.get("/mail", **({"to": to} if to else {}))["data"]

    def sms(self, to: str | None = None) -> list[Json]:
        """Text messages, newest first."""
        return self.get("/sms", **({"to": to} if to else {}))["data"]

    def webhooks(self, event: str | None = None) -> list[Json]:
        """Deliveries, newest first."""
        return self.get("/webhooks", **({"event": event} if event else {}))["data"]

    def replay(self, event: str) -> Json:
        """Deliver an event again."""
        return self.post(f"/webhooks/{event}/replay")

    def fault(self, **switches: Any) -> Json:
        """Turn switches: `fault(drop_webhooks=2)`, `fault(clear=True)`."""
        return self.post("/faults", switches)

    def reset(self, *, keep_catalogue: bool = False) -> Json:
        """Forget everything (but products, prices and endpoints, if asked)."""
        return self.post("/reset", {"keep_catalogue": keep_catalogue})

    def _answer(self, response: httpx.Response) -> Any:
        if response.is_error:
            raise Refused(response.status_code, response.json().get("error", {}))
        return response.json()


class Refused(Exception):
    """The sandbox said no; `error` is what it said."""

    def __init__(self, status: int, error: Json) -> None:
        super().__init__(f"{status}: {error.get('message')}")
        self.status, self.error = status, error


@contextmanager
def running_sandbox(data_dir: Path, **environment: str) -> Iterator[Sandbox]:
    """A sandbox on free ports, stopped at the end by its process id."""
    port, smtp_port = free_port(), free_port()
    process = start(data_dir, port, smtp_port, **environment)
    base_url = f"http://localhost:{port}"
    try:
        with httpx.Client(base_url=base_url, timeout=60, trust_env=False) as client:
            _wait_until_up(client, process, data_dir)
            yield Sandbox(base_url, smtp_port, data_dir, process.pid, client)
    finally:
        stop(process)


def start(data_dir: Path, port: int, smtp_port: int, **environment: str) -> subprocess.Popen[str]:
    """Start the process without waiting for it."""
    data_dir.mkdir(parents=True, exist_ok=True)
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    # A file, not a pipe: nobody reads while the test runs, and a full pipe would stop it.
    with (data_dir / LOG).open("a") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "sandbox"],
            cwd=ROOT,
            env={
                **kept,
                "DATA_DIR": str(data_dir),
                "SANDBOX_PORT": str(port),
                "SANDBOX_SMTP_PORT": str(smtp_port),
                **environment,
            },
            stdout=log,
            stderr=subprocess.STDOUT,
            text=True,
        )


def stop(process: subprocess.Popen[str]) -> None:
    """Ask it to stop, and insist after a while."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
    try:
        process.wait(timeout=5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def free_port() -> int:
    """A TCP port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait_until_up(client: httpx.Client, process: subprocess.Popen[str], data_dir: Path) -> None:
    give_up = time.monotonic() + START_WITHIN
    while time.monotonic() < give_up:
        if process.poll() is not None:
            raise RuntimeError(f"The sandbox stopped at once: {(data_dir / LOG).read_text()}")
        try:
            client.get("/_sandbox/health")
        except httpx.TransportError:
            time.sleep(0.02)
        else:
            return
    raise RuntimeError("The sandbox did not answer in time.")
