"""The commands themselves, run by the virtual environment's Python. A table, no more."""

import os
import subprocess
import sys
from collections.abc import Callable

from launch import checks, fresh, frontend, hot, serve, suite
from launch.venv import PYTHON, ROOT, VENV


def _build() -> int:
    frontend.ready()
    return 0


def _shots() -> int:
    # Playwright is there for the suite only: commands of the product must not need it.
    from launch import shots  # noqa: PLC0415 — see above

    return shots.shots()


def _bench() -> int:
    return subprocess.run(
        [str(PYTHON), "-m", "bench", *sys.argv[2:]], cwd=ROOT, check=False
    ).returncode


def _seed() -> int:
    return subprocess.run(
        [str(PYTHON), "-m", "saas_app.cli", "seed", *sys.argv[2:]], cwd=ROOT, check=False
    ).returncode


def _migration() -> int:
    words = " ".join(sys.argv[2:]).strip()
    if not words:
        sys.exit('Say what changes: make migration M="add a column". Nothing was written.')
    return subprocess.run(
        [str(VENV / "bin" / "alembic"), "revision", "--autogenerate", "-m", words],
        cwd=ROOT,
        env=os.environ,
        check=False,
    ).returncode


_COMMANDS: dict[str, Callable[[], int]] = {
    "run": serve.run,
    "dev": hot.dev,
    "build": _build,
    "serve": serve.serve,
    "test": suite.test,
    "check": checks.check,
    "fix": checks.fix,
    "bench": _bench,
    "shots": _shots,
    "fresh": fresh.fresh,
    "seed": _seed,
    "migration": _migration,
}


def main() -> int:
    command = sys.argv[1] if len(sys.argv) > 1 else "run"
    if command not in _COMMANDS:
        sys.exit(f"There is no command {command!r}. There are: {', '.join(_COMMANDS)}.")
    return _COMMANDS[command]()


if __name__ == "__main__":
    sys.exit(main())
