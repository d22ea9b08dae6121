"""Runs the schedule: each job when it is due, again after a jump of the clock, never twice at once."""

import asyncio
import time
from collections.abc import Sequence

from saas_app.core import live, logs
from saas_app.jobs.schedule import SCHEDULE, Job

_log = logs.get(__name__)
_LONGEST_SLEEP_SECONDS = 30.0


async def run(schedule: Sequence[Job] = SCHEDULE) -> None:
    """For ever. Jobs are harmless twice, so several processes may each run theirs."""
    due = {job.name: 0.0 for job in schedule}
    seen = live.HUB.version(live.CLOCK)
    while True:
        for job in schedule:
            if time.monotonic() >= due[job.name]:
                await _once(job)
                due[job.name] = time.monotonic() + job.every.total_seconds()
        sleep = min(_LONGEST_SLEEP_SECONDS, max(0.05, min(due.values()) - time.monotonic()))
        jumped = await live.HUB.wait(live.CLOCK, seen, sleep)
        if jumped != seen:
            seen = jumped
            due.update({job.name: 0.0 for job in schedule if job.after_jump})


async def _once(job: Job) -> None:
    began = time.monotonic()
    try:
        did = await asyncio.to_thread(job.run)
    except Exception:  # noqa: BLE001 — one job in trouble must not stop the others
        _log.exception("job.failed", job=job.name)
        return
    if did:
        _log.info("job.done", job=job.name, did=did, seconds=round(time.monotonic() - began, 3))
