"""How far somebody came: kept for each person, once, whatever two tabs do at the same time."""

import pytest

from saas_app.core.db import snapshot, transaction
from saas_app.onboarding import progress
from saas_app.onboarding.progress import TOUR, TUTORIAL
from tests.support.billing_world import new_tenant, new_user
from tests.support.racing import raced


@pytest.fixture
def ada(database):
    return new_tenant().owner


def did(act, person, what=TOUR, *more):
    with transaction() as session:
        return act(session, person.id, what, *more)


def kept(person, what=TOUR):
    with snapshot() as session:
        return progress.of(session, person.id, what)


def test_nothing_is_under_way_before_it_was_begun(ada):
    assert kept(ada) is None
    assert not progress.running(kept(ada))
    assert not progress.done(kept(ada))


def test_a_place_is_kept_when_put_away_and_gone_on_from(ada):
    did(progress.reach, ada, TOUR, "levels")
    assert progress.running(kept(ada))
    did(progress.dismiss, ada)
    assert (kept(ada).step, progress.running(kept(ada))) == ("levels", False)
    did(progress.recall, ada)
    assert (kept(ada).step, progress.running(kept(ada))) == ("levels", True)


def test_what_was_finished_can_be_walked_again(ada):
    did(progress.reach, ada, TOUR, "levels")
    did(progress.finish, ada)
    assert progress.done(kept(ada))
    did(progress.reach, ada, TOUR, "movers")
    assert (progress.running(kept(ada)), progress.done(kept(ada))) == (True, False)


def test_each_thing_and_each_person_has_a_place_of_its_own(ada):
    ben = new_user("ben")
    did(progress.reach, ada, TOUR, "levels")
    did(progress.reach, ada, TUTORIAL, "turn")
    assert (kept(ada).step, kept(ada, TUTORIAL).step) == ("levels", "turn")
    assert kept(ben) is None


@pytest.mark.db
def test_two_tabs_that_begin_at_once_begin_one(ada):
    steps = ["levels", "plan"]
    given = raced(lambda number: did(progress.reach, ada, TOUR, steps[number % 2]))
    assert not any(isinstance(each, Exception) for each in given)
    assert kept(ada).step in steps
