"""The commands themselves, run by the virtual environment's Python. A table, no more."""

import sys
from collections.abc import Callable

from launch import serve


def _run() -> int:
    return serve.run()


_COMMANDS: dict[str, Callable[[], int]] = {
    "run": _run,
}


def main() -> int:
    command = sys.argv[1] if len(sys.argv) > 1 else "run"
    if command not in _COMMANDS:
        sys.exit(f"There is no command {command!r}. There are: {', '.join(_COMMANDS)}.")
    return _COMMANDS[command]()


if __name__ == "__main__":
    sys.exit(main())
