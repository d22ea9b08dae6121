"""The virtual environment: made once, filled again only when the requirements change."""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from launch.progress import say, step

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
_OLDEST = (3, 11)
_PIP = ("-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--progress-bar", "off")


def ready(*, tests: bool) -> Path:
    """The environment's Python, with what the product (and with `tests`, the suite) needs."""
    if sys.version_info < _OLDEST:
        sys.exit(
            "Tidemark needs Python 3.11 or newer. Nothing was changed; please run make with it: make PYTHON=python3.11 run"
        )
    marker = VENV / (".ready-tests" if tests else ".ready")
    key = _key(tests=tests)
    if marker.exists() and marker.read_text() == key and PYTHON.exists():
        return PYTHON
    if not PYTHON.exists():
        with step("Making a virtual environment"):
            _make()
    with step("Installing the libraries (first time: a minute or less)"):
        _install("-r", "requirements-dev.txt" if tests else "requirements.txt")
        if tests:
            _install("--no-deps", "-r", "requirements-spec.txt")
    marker.write_text(key)
    return PYTHON


def _key(*, tests: bool) -> str:
    names = [
        "requirements.txt",
        "constraints.txt",
        *(["requirements-dev.txt", "requirements-spec.txt"] if tests else []),
    ]
    digest = hashlib.sha256(sys.version.encode())
    for name in names:
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()


def _make() -> None:
    made = subprocess.run(
        [sys.executable, "-m", "venv", str(VENV)], capture_output=True, text=True, check=False
    )
    if made.returncode == 0:
        return
    shutil.rmtree(VENV, ignore_errors=True)
    if (
        _debian_package()
        and subprocess.run([sys.executable, "-m", "venv", str(VENV)], check=False).returncode == 0
    ):
        return
    say(made.stdout + made.stderr)
    sys.exit(
        "Python's venv module is incomplete here. On Debian and Ubuntu: apt install python3-venv. Then run the same command again."
    )


def _debian_package() -> bool:
    """Debian splits venv off into a package of its own; as root we may fetch it."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    subprocess.run(["apt-get", "update", "-qq"], check=False)
    name = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
    return subprocess.run(["apt-get", "install", "-y", "-qq", name], check=False).returncode == 0


def _install(*what: str) -> None:
    done = subprocess.run(
        [str(PYTHON), *_PIP, *what], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode:
        say(done.stdout + done.stderr)
        sys.exit(
            "The libraries could not be installed; pip's words stand above. What was installed stays. Run the same command again when the network is back."
        )
