"""Work for later, put down in the caller's own transaction: no commit, no task.

A task is a function of one JSON payload, registered under a dotted name. It may run twice and
must be harmless the second time; ids travel in payloads, never secrets or personal data.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from sqlmodel import Session

Payload = dict[str, Any]
TaskFunction = Callable[[Payload], None]


@dataclass(frozen=True, slots=True)
class Task:
    name: str
    run: TaskFunction
    attempts: int


class Engine(Protocol):
    """What carries tasks from commit to execution."""

    def enqueue(self, session: Session, task: Task, key: str, payload: Payload) -> None: ...


class NoEngine(RuntimeError):
    """A task was enqueued before the wiring installed an engine."""


REGISTRY: dict[str, Task] = {}
_engine: Engine | None = None


def task(name: str, *, attempts: int = 6) -> Callable[[TaskFunction], TaskFunction]:
    """Register a task; `attempts` counts the first try, later ones back off exponentially."""

    def register(run: TaskFunction) -> TaskFunction:
        REGISTRY[name] = Task(name, run, attempts)
        return run

    return register


def enqueue(session: Session, name: str, key: str, payload: Payload) -> None:
    """Put `name` down in this transaction. The same `key` runs once, however often it is enqueued."""
    if _engine is None:
        raise NoEngine(name)
    _engine.enqueue(session, REGISTRY[name], key, payload)


def install(engine: Engine) -> None:
    global _engine  # noqa: PLW0603 — one engine per process, chosen by the wiring
    _engine = engine
