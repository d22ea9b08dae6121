"""Saved filters: each person's own, a bounded number of them, and nothing lost by mistake."""

import pytest

from saas_app.core.db import snapshot, transaction
from saas_app.core.errors import Invalid, NotFound
from saas_app.market import filters, saved_filters
from saas_app.market.filters import Filter
from saas_app.market.saved_filters import NameTaken, On, TooManyFilters, Whose
from tests.support.billing_world import new_tenant

LIVELY = Filter(timeframes=("H1",), min_multiple=2.0)


@pytest.fixture
def ada(database) -> Whose:
    tenant = new_tenant("ada")
    return Whose(tenant.id, tenant.owner.id)


def save(whose: Whose, name: str, wanted: Filter = LIVELY, on: On = On.SCANNER) -> int:
    with transaction() as session:
        return saved_filters.save(session, whose, on, name, wanted).id


def names(whose: Whose, on: On = On.SCANNER) -> list[str]:
    with snapshot() as session:
        return [saved.name for saved in saved_filters.of(session, whose, on)]


@pytest.mark.db
def test_a_filter_is_kept_renamed_removed_and_put_back(ada):
    ident = save(ada, "  Lively   hours ")
    save(ada, "another")
    save(ada, "Lively hours", on=On.ALERTS)
    assert (names(ada), names(ada, On.ALERTS)) == (["another", "Lively hours"], ["Lively hours"])
    with transaction() as session:
        saved_filters.rename(session, ada, ident, "Busy")
    with transaction() as session:
        removed = saved_filters.remove(session, ada, ident)
    assert names(ada) == ["another"]
    with transaction() as session:
        back = saved_filters.put_back(session, ada, removed)
        assert filters.read(back.wanted) == LIVELY
    assert names(ada) == ["another", "Busy"]


def test_the_same_name_saves_over_and_a_taken_one_is_not_taken_away(ada):
    first = save(ada, "One")
    assert save(ada, "One", Filter(direction="up")) == first
    second = save(ada, "Two")
    with pytest.raises(NameTaken), transaction() as session:
        saved_filters.rename(session, ada, second, "One")
    with pytest.raises(Invalid):
        save(ada, " ")
    with pytest.raises(Invalid):
        save(ada, "Nothing", filters.NOTHING)
    assert names(ada) == ["One", "Two"]


def test_there_is_room_for_twenty(ada):
    for number in range(saved_filters.MOST):
        save(ada, f"filter {number}")
    with pytest.raises(TooManyFilters):
        save(ada, "one more")
    save(ada, "elsewhere", on=On.ALERTS)


def test_another_persons_filter_and_a_missing_one_look_alike(ada):
    mallory = new_tenant("mallory")
    theirs = Whose(mallory.id, mallory.owner.id)
    ident = save(ada, "mine")
    said = set()
    for wanted in (ident, 987654):
        with pytest.raises(NotFound) as missing, transaction() as session:
            saved_filters.remove(session, theirs, wanted)
        said.add(missing.value.message)
    assert len(said) == 1
    assert names(ada) == ["mine"]
