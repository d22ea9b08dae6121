import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlmodel import select, update

from saas_app.billing import lease
from saas_app.billing.lease import Busy, LeaseLost
from saas_app.billing.models import CustomerLease
from saas_app.core import clock
from saas_app.core.db import snapshot, transaction
from tests.support.billing_world import new_tenant

pytestmark = [pytest.mark.db, pytest.mark.usefixtures("wired")]


def run_out() -> None:
    with transaction() as session:
        session.exec(update(CustomerLease).values(until_at=clock.wall() - timedelta(seconds=1)))


def left() -> list[CustomerLease]:
    with snapshot() as session:
        return list(session.exec(select(CustomerLease)))


def elsewhere(workspace_id: int):
    """Another process: it does not queue with our threads, it meets our row."""
    holder = lease.Lease(workspace_id, "another process")
    return lease._taken(holder)


def test_one_at_a_time_and_nothing_left_behind():
    ada = new_tenant()
    inside, most = [0], [0]

    def talk(_):
        with lease.held(ada.id, wait=10):
            inside[0] += 1
            most[0] = max(most[0], inside[0])
            time.sleep(0.005)
            inside[0] -= 1

    with ThreadPoolExecutor(10) as crowd:
        list(crowd.map(talk, range(20)))
    assert most == [1]
    assert left() == []
    assert lease._lines == {}


def test_two_workspaces_talk_at_the_same_time():
    ada, ben = new_tenant("ada"), new_tenant("ben")
    with lease.held(ada.id, wait=0), lease.held(ben.id, wait=0):
        assert len(left()) == 2


def test_another_process_waits_its_turn():
    ada = new_tenant()
    with lease.held(ada.id, wait=0):
        assert not elsewhere(ada.id)
    assert elsewhere(ada.id)


def test_who_will_not_wait_is_told_so():
    ada = new_tenant()
    assert elsewhere(ada.id)
    with pytest.raises(Busy), lease.held(ada.id, wait=0):
        pass


def test_a_thread_of_this_process_does_not_wait_longer_than_it_said():
    ada = new_tenant()
    entered, leave = threading.Event(), threading.Event()

    def hold():
        with lease.held(ada.id, wait=0):
            entered.set()
            leave.wait(5)

    holder = threading.Thread(target=hold)
    holder.start()
    entered.wait(5)
    try:
        with pytest.raises(Busy), lease.held(ada.id, wait=0.05):
            pass
    finally:
        leave.set()
        holder.join()


def test_a_dead_holder_lets_go_when_its_time_is_up():
    ada = new_tenant()
    assert elsewhere(ada.id)
    run_out()
    with lease.held(ada.id, wait=0):
        pass


def test_who_dawdled_may_not_write_any_more():
    ada = new_tenant()
    with lease.held(ada.id, wait=0) as mine:
        run_out()
        assert elsewhere(ada.id)
        with transaction() as session, pytest.raises(LeaseLost):
            mine.confirm(session)
    assert [row.holder for row in left()] == ["another process"]


def test_a_block_that_fails_lets_go_too():
    ada = new_tenant()
    with pytest.raises(ZeroDivisionError), lease.held(ada.id, wait=0):
        _ = 1 / 0
    assert left() == []
