"""Random lives of customers against the sandbox: whatever is done, heard and lost, nothing ends wrong.

Acts of the owner, of colleagues, of Stripe's own pages, of banks and of time are mixed with events
that are lost, doubled and shuffled, answers that are lost after the act, and workers that die at a
transaction's begin or commit or at a request to Stripe. At the end Stripe is held against an oracle
that shares no code with the product. HISTORIES sets how many lives are lived on each database;
`--hypothesis-seed` which.
"""

import os

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.internal.conjecture.providers import AVAILABLE_PROVIDERS, HypothesisProvider
from hypothesis.stateful import run_state_machine_as_test

from tests.support.lives import death, judgement
from tests.support.lives.life import Life
from tests.support.lives.members import Members
from tests.support.lives.news import News
from tests.support.lives.outside import Outside
from tests.support.lives.owner import Owner
from tests.support.lives.shop import opened

AT_SCALE = "HISTORIES" in os.environ
HISTORIES = int(os.environ.get("HISTORIES", "10"))
pytestmark = [pytest.mark.db, pytest.mark.timeout(0 if AT_SCALE else 600)]


class Independent(HypothesisProvider):
    """Draws each life by itself: Hypothesis would rather vary the ones before, and ten thousand were few."""


AVAILABLE_PROVIDERS["independent"] = Independent


class Whole(Owner, Members, Outside, News, Life):
    """Everything that can happen to a workspace."""


def test_row_03_whatever_happens_nobody_ends_with_a_wrong_plan_or_a_lost_cent(
    stripe_world, monkeypatch
):
    with opened(stripe_world, monkeypatch) as shop:
        Life.shop = shop
        run_state_machine_as_test(
            Whole,
            settings=settings(
                max_examples=HISTORIES,
                stateful_step_count=14,
                deadline=None,
                backend="independent",
                # In a pipeline the same lives each time; at scale those of the seed.
                derandomize=not AT_SCALE,
                database=None,
                suppress_health_check=list(HealthCheck),
                # What two workers did at once cannot be repeated to make it smaller.
                phases=(Phase.explicit, Phase.generate, *(() if AT_SCALE else (Phase.shrink,))),
            ),
        )
    deaths, seen = dict(death.SEEN), dict(judgement.SEEN)
    print(f"\nlives {Life.lives}, deaths {deaths}, seen {seen}")  # noqa: T201 — shown by -s: what a run at scale went through
