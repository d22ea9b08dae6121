"""What a stranger sees: a clone of HEAD, an empty home, one command, the main job, the suite."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import httpx

from launch.progress import say, step
from launch.venv import ROOT

_START_WITHIN = 600.0
_KEPT = (
    "PATH",
    "LANG",
    "TERM",
    "TEST_DATABASE_URL",
    "TEST_REDIS_URL",
    "CI",
    "PIP_INDEX_URL",
    "PIP_CONFIG_FILE",
    "NPM_CONFIG_REGISTRY",
    "npm_config_registry",
)
_PERSON = {"email": "stranger@example.com", "password": "four unrelated harbour words"}


def fresh() -> int:
    with tempfile.TemporaryDirectory() as folder:
        clone, home = Path(folder) / "clone", Path(folder) / "home"
        home.mkdir()
        with step("Cloning HEAD"):
            subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
        ports = {"PORT": _free(), "SANDBOX_PORT": _free(), "SANDBOX_SMTP_PORT": _free()}
        environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
        environment |= {"HOME": str(home), **{name: str(port) for name, port in ports.items()}}
        for which in ("cold", "warm"):
            _run_once(clone, environment, ports, which)
        say("Running the suite in the clone")
        tested = {name: value for name, value in environment.items() if name not in ports}
        return subprocess.run(["make", "test"], cwd=clone, env=tested, check=False).returncode


def _run_once(clone: Path, environment: dict[str, str], ports: dict[str, int], which: str) -> None:
    app, sandbox = f"http://localhost:{ports['PORT']}", f"http://localhost:{ports['SANDBOX_PORT']}"
    began = time.monotonic()
    running = subprocess.Popen(
        ["make", "run"],
        cwd=clone,
        env=environment,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        _until_healthy(running, f"{app}/api/health")
        say(f"  ✓ {which} start: first page after {time.monotonic() - began:.1f} s")
        if which == "cold":
            with step("Walking the main job over HTTP"):
                walk(app, sandbox)
    finally:
        os.killpg(running.pid, signal.SIGINT)
        running.wait(30)
    left = [port for port in ports.values() if _taken(port)]
    if left:
        sys.exit(f"Something still listens on {left} after the stop.")


def walk(app: str, sandbox: str) -> None:
    """From sign-up to a paid upgrade that the API shows. Fails loudly where a step does not hold."""
    with (
        httpx.Client(base_url=app, timeout=20) as web,
        httpx.Client(base_url=sandbox, timeout=20) as world,
    ):
        web.post("/api/auth/register", json=_PERSON).raise_for_status()
        web.post("/api/auth/verify-email", json={"token": _mailed_token(world)}).raise_for_status()
        access = web.post("/api/auth/login", json=_PERSON).raise_for_status().json()["access_token"]
        web.headers["Authorization"] = f"Bearer {access}"
        _expect(web.get("/api/candles/EURUSD/H1").is_success, "the free chart opens")
        _expect(
            web.get("/api/candles/GBPJPY/M5").json()["code"] == "needs_upgrade",
            "the locked chart names the plan",
        )
        started = (
            web.post("/api/checkout", json={"plan": "pro", "interval": "month"})
            .raise_for_status()
            .json()
        )
        done = world.post(
            f"/_sandbox/checkout/{started['session_id']}/complete",
            json={"card": "4242424242424242"},
        )
        done.raise_for_status()
        _expect(
            _soon(lambda: web.get("/api/candles/GBPJPY/M5").is_success),
            "the paid upgrade unlocks the chart",
        )
        _expect(
            web.get("/api/subscription").json()["status"] == "trialing",
            "the subscription shows its trial",
        )


def _mailed_token(world: httpx.Client) -> str:
    links: list[str] = []

    def arrived() -> bool:
        letters = world.get("/_sandbox/mail", params={"to": _PERSON["email"]}).json()["data"]
        links.extend(link for letter in letters for link in letter["links"] if "token=" in link)
        return bool(links)

    _expect(_soon(arrived), "the confirmation letter arrives")
    return links[0].split("token=")[1]


def _soon(true: Callable[[], bool], within: float = 10.0) -> bool:
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        if true():
            return True
        time.sleep(0.1)
    return False


def _expect(true: bool, what: str) -> None:
    if not true:
        sys.exit(f"The main job stopped: it is not so that {what}.")


def _until_healthy(running: subprocess.Popen[bytes], url: str) -> None:
    def answers() -> bool:
        if running.poll() is not None:
            sys.exit(f"make run ended by itself with code {running.returncode}.")
        try:
            return httpx.get(url, timeout=2).is_success
        except httpx.HTTPError:
            return False

    _expect(_soon(answers, _START_WITHIN), f"{url} answers within {_START_WITHIN:.0f} s")


def _free() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _taken(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
