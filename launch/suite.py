"""The suite: Chromium first, where Debian can bring it, then pytest on every core."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from launch.progress import say, step
from launch.venv import PYTHON, ROOT

_ROOM = 4 * 2**30  # several times what a run leaves at once


def test() -> int:
    """The tests named after the command, or all of them."""
    _chromium()
    chosen = sys.argv[2:]
    workers = [] if chosen else ["-n", str(min(4, os.cpu_count() or 2)), "--dist", "loadgroup"]
    return subprocess.run(
        [str(PYTHON), "-m", "pytest", *workers, *chosen],
        cwd=ROOT,
        check=False,
        env=os.environ | _in_memory(),
    ).returncode


def _in_memory() -> dict[str, str]:
    """Tests commit to thousands of small databases: where memory has room, no disk holds them up."""
    there = Path("/dev/shm")  # noqa: S108 — pytest makes a folder of its own in it, for this user alone
    try:
        roomy = os.access(there, os.W_OK) and shutil.disk_usage(there).free >= _ROOM
    except OSError:
        return {}
    return {"PYTEST_DEBUG_TEMPROOT": str(there)} if roomy else {}


def _chromium() -> None:
    if shutil.which("chromium"):
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        with step("Installing Debian's Chromium for the journeys"):
            subprocess.run(["apt-get", "update", "-qq"], check=False, capture_output=True)
            subprocess.run(
                ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"],
                check=False,
                capture_output=True,
            )
    if not shutil.which("chromium"):
        say(
            "Chromium is not here and cannot be installed: the journeys will be reported as not run. On Debian: apt install chromium."
        )
