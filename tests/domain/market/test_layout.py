"""What a person switches on on their charts: theirs, kept, and no more than there is."""

import pytest
from sqlmodel import delete

from saas_app.core.db import snapshot, transaction
from saas_app.market import layout
from saas_app.market.errors import UnknownIndicator
from saas_app.market.models import ChartLayout
from tests.support.billing_world import new_user
from tests.support.racing import raced

pytestmark = pytest.mark.db


def turn(person, name: str, on: bool = True) -> frozenset[str]:
    with transaction() as session:
        return layout.turn(session, person.id, name, on=on)


def kept(person) -> frozenset[str]:
    with snapshot() as session:
        return layout.of(session, person.id)


def test_what_is_switched_stays_so_for_this_person_alone(database):
    ada, ben = new_user("ada"), new_user("ben")
    turn(ada, "rsi_14")
    turn(ada, "volume", on=False)
    turn(ada, "volume", on=False)
    assert kept(ada) == layout.USUAL - {"volume"} | {"rsi_14"}
    assert kept(ben) == layout.USUAL
    with pytest.raises(UnknownIndicator, match="Nothing was changed"):
        turn(ada, "sma_21")
    for name in kept(ada):
        turn(ada, name, on=False)
    assert kept(ada) == frozenset()


def test_two_switches_at_once_both_count(database):
    ada = new_user("ada")
    names = ("rsi_14", "sma_20", "atr_14", "log_scale")
    raced(lambda number: turn(ada, names[number]), len(names))
    assert kept(ada) == layout.USUAL | set(names)


def test_what_a_later_version_no_longer_draws_is_forgotten(database):
    ada = new_user("ada")
    turn(ada, "rsi_14")
    with transaction() as session:
        row = session.get_one(ChartLayout, ada.id)
        row.switched_on += ",sma_21"
        session.add(row)
    assert kept(ada) == layout.USUAL | {"rsi_14"}
    with transaction() as session:
        session.exec(delete(ChartLayout))
    assert kept(ada) == layout.USUAL
