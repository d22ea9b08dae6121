"""The real task engine on both databases: nothing before the commit, nothing twice, nothing lost."""

import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager, suppress

import pytest
from dbos import DBOSClient, DBOSPortableJSONSerializer

from saas_app.core import dbos_tasks, tasks
from saas_app.core.db import transaction
from saas_app.core.settings import settings
from tests.support import task_child
from tests.support.sandbox_process import ROOT

pytestmark = [
    pytest.mark.db,
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]  # DBOS leaves its pool to the collector
assert task_child.effect


@pytest.fixture
def engine(database):
    dbos_tasks.prepare()
    engine = dbos_tasks.DbosTasks()
    tasks.install(engine)
    yield engine
    if engine._client is not None:
        engine._client.destroy()


@pytest.fixture
def client(engine):
    client = DBOSClient(
        system_database_url=settings().database, serializer=DBOSPortableJSONSerializer()
    )
    yield client
    client.destroy()


def enqueue(folder, key, name="one"):
    with transaction() as session:
        tasks.enqueue(session, "test.effect", key, {"folder": str(folder), "name": name})


def statuses(client):
    return {row.workflow_id: row.status for row in client.list_workflows()}


@contextmanager
def worker(folder):
    environment = {
        **os.environ,
        "DATABASE_URL": settings().database,
        "DATA_DIR": str(folder),
        "PYTHONPATH": str(ROOT),
    }
    with (folder / "worker.log").open("a") as log:
        child = subprocess.Popen(
            [sys.executable, "-m", "tests.support.task_child"],
            cwd=folder,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
    try:
        assert child.stdout.readline() == "ready\n", (folder / "worker.log").read_text()
        yield child
    finally:
        child.send_signal(signal.SIGKILL)
        child.wait(10)
        child.stdout.close()


def until(happened, within=20.0):
    give_up = time.monotonic() + within
    while not happened():
        assert time.monotonic() < give_up, "it never happened"
        time.sleep(0.05)


def test_a_task_exists_when_and_only_when_its_transaction_commits(engine, client, tmp_path):
    with suppress(ZeroDivisionError), transaction() as session:
        tasks.enqueue(session, "test.effect", "undone", {"folder": str(tmp_path), "name": "x"})
        raise ZeroDivisionError
    assert statuses(client) == {}
    enqueue(tmp_path, "kept")
    assert statuses(client) == {"test.effect:kept": "ENQUEUED"}


def test_the_same_key_is_one_task(engine, client, tmp_path):
    enqueue(tmp_path, "same")
    enqueue(tmp_path, "same", name="another")
    enqueue(tmp_path, "other")
    assert set(statuses(client)) == {"test.effect:same", "test.effect:other"}


def test_a_worker_killed_in_the_middle_of_a_task_leaves_it_to_the_next(engine, client, tmp_path):
    enqueue(tmp_path, "killed")
    with worker(tmp_path):
        until((tmp_path / "began").exists)
    assert not (tmp_path / "done-one").exists()
    (tmp_path / "go").touch()
    with worker(tmp_path):
        until((tmp_path / "done-one").exists)
        until(lambda: statuses(client) == {"test.effect:killed": "SUCCESS"})
        enqueue(tmp_path, "killed")
        enqueue(tmp_path, "after", name="two")
        until((tmp_path / "done-two").exists)
    assert len((tmp_path / "began").read_text().split()) == 3
