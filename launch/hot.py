"""Hot reload for working on pages: Reflex's own preview mode beside the sandbox, on one port."""

import os

from launch.children import Children
from launch.progress import say
from launch.serve import prepared, sandbox
from launch.venv import PYTHON
from saas_app.core.settings import settings


def dev() -> int:
    given = settings()
    children = Children()
    environment = {**os.environ, "REFLEX_CHECK_LATEST_VERSION": "false", "PYTHONUNBUFFERED": "1"}
    if given.sandboxed:
        sandbox(children, environment)
    prepared(children, environment)
    command = [
        str(PYTHON),
        "-m",
        "reflex",
        "run",
        "--env",
        "preview",
        "--frontend-port",
        str(given.port),
    ]
    children.start("The product", command, environment)
    say(f"  {given.origin} rebuilds itself after each change. Ctrl-C stops everything.")
    return children.watch()
