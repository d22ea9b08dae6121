"""A worker process that a test kills in the middle of a task, and starts again."""

import os
import sys
import time
from pathlib import Path

from saas_app.core import dbos_tasks, settings, tasks
from saas_app.core.settings import Settings


@tasks.task("test.effect", attempts=3)
def effect(payload: tasks.Payload) -> None:
    """Twice the same is harmless: the effect is a file of its own name."""
    folder = Path(payload["folder"])
    with (folder / "began").open("a") as began:
        began.write(f"{os.getpid()}\n")
    if not (folder / "go").exists():
        time.sleep(60)
    (folder / f"done-{payload['name']}").touch(exist_ok=False)


def main() -> None:
    settings.use(settings.prepared(Settings(_env_file=None)))
    tasks.install(dbos_tasks.DbosTasks())
    dbos_tasks.launch()
    print("ready", flush=True)  # noqa: T201 — the parent waits for this line
    time.sleep(60)
    dbos_tasks.stop()


if __name__ == "__main__":
    sys.exit(main())
