"""Tasks carried by DBOS: durable on both databases, resumed after a crash, enqueued in our transaction."""

from collections.abc import Callable

from dbos import (
    DBOS,
    DBOSClient,
    DBOSConfig,
    DBOSPortableJSONSerializer,
    run_dbos_database_migrations,
)
from sqlmodel import Session

from saas_app.core.settings import settings
from saas_app.core.tasks import REGISTRY, Payload, Task

_QUEUE = "tasks"
# A contract number, not a build number: tasks of an older release are still ours to run.
_VERSION = "1"
_POLL_SECONDS = 0.2
_AT_ONCE = 8
_FIRST_WAIT_SECONDS = 2


class DbosTasks:
    """The engine behind `core.tasks.enqueue` in every process; only `launch` makes one a worker."""

    def __init__(self) -> None:
        self._client: DBOSClient | None = None

    def enqueue(self, session: Session, task: Task, key: str, payload: Payload) -> None:
        self._clientele().enqueue_in_transaction(
            session,
            {
                "queue_name": _QUEUE,
                "workflow_name": task.name,
                "workflow_id": f"{task.name}:{key}",
                "app_version": _VERSION,
            },
            payload,
        )

    def _clientele(self) -> DBOSClient:
        if self._client is None:
            self._client = DBOSClient(
                system_database_url=settings().database, serializer=DBOSPortableJSONSerializer()
            )
        return self._client


def launch() -> None:
    """Make this process run tasks. DBOS brings its own engine: it cannot share ours."""
    DBOS(config=_config(executor="main"))
    for known in REGISTRY.values():
        DBOS.workflow(name=known.name)(_workflow(known))
    DBOS.launch()
    DBOS.register_queue(_QUEUE, worker_concurrency=_AT_ONCE, polling_interval_sec=_POLL_SECONDS)


def stop() -> None:
    DBOS.destroy(workflow_completion_timeout_sec=5)


def prepare() -> None:
    """Create or migrate DBOS's own tables, so that a process may enqueue before any worker ran."""
    run_dbos_database_migrations(system_database_url=settings().database)


def _config(executor: str) -> DBOSConfig:
    return {
        "name": "tidemark",
        "system_database_url": settings().database,
        "application_version": _VERSION,
        "executor_id": executor,
        "log_level": "WARNING",
        "serializer": DBOSPortableJSONSerializer(),
    }


def _workflow(task: Task) -> Callable[[Payload], None]:
    @DBOS.step(
        name=f"{task.name}.step",
        retries_allowed=task.attempts > 1,
        max_attempts=task.attempts,
        interval_seconds=_FIRST_WAIT_SECONDS,
        backoff_rate=3,
    )
    def step(payload: Payload) -> None:
        task.run(payload)

    def workflow(payload: Payload) -> None:
        step(payload)

    workflow.__qualname__ = task.name
    return workflow
