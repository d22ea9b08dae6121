"""Eight tries between five seconds and an hour, each wait a little apart from the others'."""

import itertools
from datetime import timedelta

import pytest

from saas_app.alerts.back_off import TRIES, wait


def test_the_last_try_has_no_wait_after_it():
    assert wait(TRIES, 0.5) is None
    assert wait(TRIES + 1, 0.5) is None
    assert wait(TRIES - 1, 0.5) is not None


@pytest.mark.parametrize("chance", [0.0, 0.5, 1.0])
def test_waits_grow_from_five_seconds_to_an_hour(chance):
    waits = [wait(tried, chance) for tried in range(1, TRIES)]
    assert all(timedelta(seconds=5) <= each <= timedelta(hours=1) for each in waits)
    assert all(before < after for before, after in itertools.pairwise(waits))
    assert waits[0] < timedelta(seconds=7)
    assert waits[-1] > timedelta(minutes=40)


def test_two_that_failed_together_do_not_come_back_together():
    assert wait(3, 0.1) != wait(3, 0.9)
