"""`python -m launch <command>`: the environment first, then the command inside it."""

import os
import sys

from launch import venv

# Commands that need the suite's libraries beside the product's.
_WITH_TESTS = {"test", "check", "fix", "bench", "shots", "fresh"}


def main() -> None:
    command = sys.argv[1] if len(sys.argv) > 1 else "run"
    python = venv.ready(tests=command in _WITH_TESTS)
    if command == "setup":
        return
    os.chdir(venv.ROOT)
    os.execv(python, [str(python), "-m", "launch.inside", *sys.argv[1:]])


if __name__ == "__main__":
    main()
