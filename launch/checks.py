"""The checks a change must pass before its tests are worth running. A table of commands."""

import os
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from launch.progress import say, step
from launch.venv import ROOT, VENV

_BIN = VENV / "bin"
_CHECKS: Sequence[tuple[str, Sequence[str]]] = (
    ("format", ("ruff", "format", "--check", ".")),
    ("lint", ("ruff", "check", ".")),
    ("types", ("pyright",)),
    ("contracts", ("lint-imports",)),
    ("spelling", ("codespell",)),
)
_FIXES: Sequence[tuple[str, Sequence[str]]] = (
    ("lint", ("ruff", "check", "--fix", ".")),
    ("format", ("ruff", "format", ".")),
)


def check() -> int:
    """Everything, even after a first failure: one run says all there is to mend."""
    failed = [
        name
        for name, command in _CHECKS
        if not _passes(name, [str(_BIN / command[0]), *command[1:]])
    ]
    if not _migrations_agree():
        failed.append("migrations")
    say(f"\nTo mend: {', '.join(failed)}." if failed else "\nAll checks passed.")
    return 1 if failed else 0


def fix() -> int:
    for name, command in _FIXES:
        _passes(name, [str(_BIN / command[0]), *command[1:]])
    return 0


def _migrations_agree() -> bool:
    """The migrations go up, come down, and end where the models are, on an empty database."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {
            "DATA_DIR": folder,
            "DATABASE_URL": f"sqlite:///{Path(folder) / 'check.db'}",
            "ENV": "development",
        }
        alembic = str(_BIN / "alembic")
        rounds = (("upgrade", "head"), ("downgrade", "base"), ("upgrade", "head"), ("check",))
        return all(
            _passes(f"migrations: {' '.join(words)}", [alembic, *words], environment)
            for words in rounds
        )


def _passes(name: str, command: Sequence[str], environment: dict[str, str] | None = None) -> bool:
    with step(name) as outcome:
        done = subprocess.run(
            command,
            cwd=ROOT,
            env={**os.environ, **(environment or {})},
            capture_output=True,
            text=True,
            check=False,
        )
        outcome.ok = done.returncode == 0
    if not outcome.ok:
        say(done.stdout + done.stderr)
    return outcome.ok
