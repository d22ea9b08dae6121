"""Child processes: started in groups of their own, watched, and all stopped when one ends."""

import contextlib
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from types import FrameType

from launch.progress import say
from launch.venv import ROOT

_STOP_SECONDS = 12.0
_POLL_SECONDS = 0.1


class Children:
    """Everything this launcher started. `stop` leaves none behind."""

    def __init__(self) -> None:
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._stopping = False
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._asked)

    def start(self, name: str, command: Sequence[str], environment: dict[str, str]) -> None:
        # A session of its own: Ctrl-C reaches the launcher alone, which stops the rest in order.
        self._running[name] = subprocess.Popen(
            command, cwd=ROOT, env=environment, start_new_session=True
        )

    def wait_until_healthy(self, name: str, url: str, within: float) -> None:
        """Raises SystemExit when the child ends first or does not answer in time."""
        deadline = time.monotonic() + within
        while time.monotonic() < deadline:
            if self._stopping or self._running[name].poll() is not None:
                break
            try:
                with urllib.request.urlopen(url, timeout=2):  # noqa: S310 — our own loopback address
                    return
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                time.sleep(_POLL_SECONDS)
        self.stop()
        sys.exit(
            130
            if self._stopping
            else f"{name} did not answer at {url}; its own words stand above. Everything else was stopped."
        )

    def watch(self) -> int:
        """Until somebody asks us to stop or a child ends; the exit code to leave with."""
        while not self._stopping:
            for name, child in self._running.items():
                if child.poll() is not None:
                    say(
                        f"\n{name} ended by itself (code {child.returncode}); stopping the rest. Your data is in place."
                    )
                    self.stop()
                    return 1
            time.sleep(_POLL_SECONDS)
        say("\nStopping…")
        self.stop()
        say("Stopped. Your data is in place; the next start takes seconds.")
        return 0

    def stop(self) -> None:
        """Ask every group to end, newest first, and insist after a while."""
        for child in reversed(list(self._running.values())):
            _signal(child, signal.SIGTERM)
        deadline = time.monotonic() + _STOP_SECONDS
        for child in self._running.values():
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(max(0.1, deadline - time.monotonic()))
            _signal(child, signal.SIGKILL)
            child.wait()
        self._running.clear()

    def _asked(self, _number: int, _frame: FrameType | None) -> None:
        self._stopping = True


def _signal(child: subprocess.Popen[bytes], number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child.pid, number)
