"""The ground every test stands on: its own settings, its own database, a clock nobody moved."""

import os
import shutil
import uuid
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from xdist.remote import Producer
from xdist.scheduler import Scheduling

from saas_app.core import clock, db, rate_limit, tasks
from saas_app.core.settings import Settings, prepared, use
from saas_app.core.tasks import Payload, Task
from saas_app.entitlements import usage
from saas_app.tables import schema
from tests.support.emptied import Emptied
from tests.support.one_worker import JourneysTogether

POSTGRES = os.environ.get("TEST_DATABASE_URL", "")


class InlineTasks:
    """Runs a task as soon as its transaction has committed; the same key once."""

    def __init__(self) -> None:
        self.seen: set[str] = set()

    def enqueue(self, session, task: Task, key: str, payload: Payload) -> None:
        name = f"{task.name}:{key}"
        if name not in self.seen:
            db.after_commit(session, lambda: self._run(name, task, payload))

    def _run(self, name: str, task: Task, payload: Payload) -> None:
        self.seen.add(name)
        task.run(payload)


def given_settings(data_dir: Path, **values) -> Settings:
    """Settings that ignore the machine's environment and any .env file."""
    return prepared(
        Settings(_env_file=None, **{"data_dir": data_dir, "secret_keys": ["k" * 32], **values})
    )


@pytest.fixture(autouse=True)
def configured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    # What an earlier test wired would be counted here too: each says for itself what it counts.
    monkeypatch.setattr(usage, "_counters", {})
    given = given_settings(tmp_path / "data")
    use(given)
    clock.set_lead(timedelta())
    rate_limit.forget()
    yield given
    db.dispose()
    clock.set_lead(timedelta())


@pytest.hookimpl(optionalhook=True)  # reason: xdist may be switched off
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Scheduling | None:
    if config.getvalue("dist") != "loadgroup":
        return None
    return JourneysTogether(config, log)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Tests marked `db` run on SQLite always, and again on PostgreSQL where one is given."""
    if "database" in metafunc.fixturenames:
        marked = metafunc.definition.get_closest_marker("db") is not None
        metafunc.parametrize(
            "database",
            ["sqlite", "postgresql"] if marked and POSTGRES else ["sqlite"],
            indirect=True,
        )


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One file with the schema; every test copies it, so races meet a real database."""
    path = tmp_path_factory.mktemp("template") / "template.db"
    made = db.made(f"sqlite:///{path}")
    schema().create_all(made)
    made.dispose()
    return path


@pytest.fixture(scope="session")
def postgres_template() -> Iterator[str]:
    name = f"tidemark_template_{uuid.uuid4().hex[:12]}"
    _admin(f'create database "{name}"')
    made = db.made(_postgres_url(name))
    schema().create_all(made)
    made.dispose()
    yield name
    _dropped(name)


@pytest.fixture(scope="session")
def postgres_emptied(postgres_template: str) -> Iterator[Emptied]:
    kept = Emptied(
        lambda name: f"{POSTGRES.rsplit('/', 1)[0]}/{name}",
        lambda name: _admin(f'create database "{name}" template "{postgres_template}"'),
        _dropped,
    )
    yield kept
    kept.close()


@pytest.fixture
def database(request: pytest.FixtureRequest, configured: Settings, tmp_path: Path) -> Iterator[str]:
    """A fresh database with the schema, behind `core.db`; its value says which kind."""
    kind = request.param
    if kind == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path / "test.db")
        configured.database_url = f"sqlite:///{tmp_path / 'test.db'}"
        _reconfigure(configured)
        yield kind
        return
    emptied: Emptied = request.getfixturevalue("postgres_emptied")
    configured.database_url = _postgres_url(emptied.name())
    _reconfigure(configured)
    yield kind
    db.dispose()


@pytest.fixture
def tasks_inline() -> InlineTasks:
    engine = InlineTasks()
    tasks.install(engine)
    return engine


def _reconfigure(configured: Settings) -> None:
    configured.__dict__.pop("database", None)
    db.dispose()
    tasks.install(InlineTasks())


def _postgres_url(name: str) -> str:
    """Without waiting for the disk: what a test wrote need not survive the machine."""
    address = f"{POSTGRES.rsplit('/', 1)[0]}/{name}?options=-csynchronous_commit%3Doff"
    return address.replace("postgresql://", "postgresql+psycopg://")


def _dropped(name: str) -> None:
    _admin(f'drop database "{name}" with (force)')


def _admin(statement: str) -> None:
    with psycopg.connect(POSTGRES, autocommit=True) as connection:
        connection.execute(statement)
