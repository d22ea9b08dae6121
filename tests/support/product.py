"""The whole product for tests: sandbox and server in processes of their own, on the finished bundle.

It is what `make run` starts, on free ports and in a folder of its own. Stopped by pid.
"""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.support.sandbox_process import ROOT, Sandbox, free_port, running_sandbox

_LINKED = (
    "saas_app",
    "sandbox",
    "catalogs",
    "alembic",
    "alembic.ini",
    "assets",
    "rxconfig.py",
    "pyproject.toml",
)
_BAKED = "localhost:8000"
_START_WITHIN = 60.0
_GRANIAN = [
    sys.executable,
    "-m",
    "granian",
    "--factory",
    "--interface",
    "asgi",
    "--host",
    "127.0.0.1",
    "--workers",
    "1",
    "--log-level",
    "warning",
]
PASSWORD = "tide-demo-harbour-42"


@dataclass
class Product:
    """A running product. `url` is where browsers go."""

    url: str
    port: int
    folder: Path
    sandbox: Sandbox
    environment: dict[str, str]
    process: subprocess.Popen

    def kill(self) -> None:
        """As a power cut would: no goodbye. Granian's workers are children of its main process."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(10)

    def stop(self) -> None:
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGTERM)
            try:
                self.process.wait(15)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait(10)

    def start(self) -> None:
        with (self.folder / "product.log").open("ab") as log:
            self.process = subprocess.Popen(
                granian(self.port, "saas_app.saas_app:app"),
                cwd=self.folder,
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        _until_healthy(self)

    def command(self, *words: str) -> str:
        return _command(self.folder, self.environment, *words)

    @property
    def log(self) -> str:
        return (self.folder / "product.log").read_text()


def granian(port: int, factory: str) -> list[str]:
    return [*_GRANIAN, "--port", str(port), factory]


@contextmanager
def running_product(folder: Path, **environment: str) -> Iterator[Product]:
    """The bundle must have been built: the `bundle` fixture sees to it."""
    port = free_port()
    _lay_out(folder, port)
    with running_sandbox(folder / "var", PORT=str(port)) as sandbox:
        sandbox_port = sandbox.base_url.rsplit(":", 1)[1]
        clean = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("STRIPE_", "SMTP_", "REDIS_", "PUBLIC_"))
        }
        merged = {
            **clean,
            "PYTHONPATH": str(folder),
            "PORT": str(port),
            "SANDBOX_PORT": sandbox_port,
            "SANDBOX_SMTP_PORT": str(sandbox.smtp_port),
            "DATA_DIR": str(folder / "var"),
            "REFLEX_ENV_MODE": "prod",
            "__REFLEX_SKIP_COMPILE": "true",
            "__REFLEX_MOUNT_FRONTEND_COMPILED_APP": "true",
            "REFLEX_CHECK_LATEST_VERSION": "false",
            "REFLEX_STATE_MANAGER_MODE": "memory",
            "PYTHONUNBUFFERED": "1",
            **environment,
        }
        _command(folder, merged, "prepare")
        product = Product(f"http://localhost:{port}", port, folder, sandbox, merged, process=None)  # pyright: ignore[reportArgumentType] — started in the next line
        product.start()
        try:
            yield product
        finally:
            product.stop()


def built() -> None:
    """Build the bundle for the default address, unless it is there for these very sources."""
    clean = {
        name: value
        for name, value in os.environ.items()
        if name not in {"PORT", "PUBLIC_URL", "CATALOG"}
    }
    done = subprocess.run(
        [sys.executable, "-c", "from launch import frontend; frontend.ready()"],
        cwd=ROOT,
        env=clean,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def _lay_out(folder: Path, port: int) -> None:
    """The tree by links, the bundle as a copy whose one chunk with the address is changed."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in _LINKED:
        (folder / name).symlink_to(ROOT / name)
    shutil.copytree(ROOT / ".web" / "build", folder / ".web" / "build")
    for name in ("backend", "routes.json"):
        source = ROOT / ".web" / name
        if source.is_dir():
            shutil.copytree(source, folder / ".web" / name)
        elif source.exists():
            shutil.copy(source, folder / ".web" / name)
    changed = 0
    for chunk in (folder / ".web" / "build" / "client" / "assets").glob("reflex-env-*.js"):
        text = chunk.read_text()
        assert _BAKED in text, "the bundle was built for another address"
        chunk.write_text(text.replace(_BAKED, f"localhost:{port}"))
        Path(f"{chunk}.gz").unlink(missing_ok=True)
        changed += 1
    assert changed == 1


def _command(folder: Path, environment: dict[str, str], *words: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "saas_app.cli", *words],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def _until_healthy(product: Product) -> None:
    deadline = time.monotonic() + _START_WITHIN
    while time.monotonic() < deadline:
        if product.process.poll() is not None:
            break
        try:
            if (
                httpx.get(f"http://127.0.0.1:{product.port}/api/health", timeout=2).status_code
                == 200
            ):
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.05)
    raise AssertionError(f"the product did not start:\n{product.log}")
