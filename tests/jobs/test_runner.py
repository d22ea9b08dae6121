import asyncio
from datetime import timedelta

import pytest

from saas_app.core import live
from saas_app.jobs import runner
from saas_app.jobs.schedule import SCHEDULE, Job

HOUR = timedelta(hours=1)


class Counted:
    def __init__(self, name, every=HOUR, *, after_jump=False, fails=False):
        self.ran = 0
        self.fails = fails
        self.job = Job(name, every, self.run, "to be counted", after_jump=after_jump)

    def run(self) -> int:
        self.ran += 1
        if self.fails:
            raise ZeroDivisionError
        return 0


def run(*counted, then=None):
    """The runner for a moment; `then` happens once everybody ran a first time."""

    async def for_a_moment():
        task = asyncio.create_task(runner.run([each.job for each in counted]))
        await until(lambda: all(each.ran for each in counted))
        if then:
            await then()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(for_a_moment())


async def until(happened, within=3.0):
    async with asyncio.timeout(within):
        while not happened():  # noqa: ASYNC110 — looked at from outside: there is no event to wait for
            await asyncio.sleep(0.005)


def test_every_job_runs_at_the_start_and_again_only_when_due():
    often, seldom = Counted("often", timedelta(milliseconds=1)), Counted("seldom")
    run(often, seldom, then=lambda: until(lambda: often.ran > 2))
    assert seldom.ran == 1


def test_a_job_in_trouble_does_not_stop_the_others_nor_its_next_turn():
    broken = Counted("broken", timedelta(milliseconds=1), fails=True)
    well = Counted("well", timedelta(milliseconds=1))
    run(broken, well, then=lambda: until(lambda: broken.ran > 1 and well.ran > 1))


def test_a_jump_of_the_clock_runs_what_depends_on_dates_at_once():
    dated, other = Counted("dated", after_jump=True), Counted("other")

    async def jump():
        live.HUB.bump(live.CLOCK)
        await until(lambda: dated.ran == 2)

    run(dated, other, then=jump)
    assert (dated.ran, other.ran) == (2, 1)


def test_what_ends_by_time_alone_is_looked_at_after_a_jump():
    (lapse,) = [job for job in SCHEDULE if job.name == "access.refresh"]
    assert lapse.after_jump


@pytest.mark.db
def test_every_job_of_the_schedule_can_run_twice_and_says_what_it_did(database):
    for job in SCHEDULE:
        assert len(job.why) > 10
        assert [job.run(), job.run()] == [0, 0], job.name
