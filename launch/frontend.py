"""The browser's bundle: built once, and again only when something it is made of changed."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from launch.progress import say, step
from launch.venv import PYTHON, ROOT
from saas_app.core.settings import settings

BUILD = ROOT / ".web" / "build" / "client"
_KEY = ROOT / ".web" / "build" / "key"
_MANIFEST = ROOT / "reflex.lock" / "package.json"
_SOURCES = (
    "saas_app/**/*.py",
    "saas_app/**/*.js",
    "saas_app/**/*.jsx",
    "saas_app/**/*.toml",
    "saas_app/**/*.md",
    "assets/**/*",
    "catalogs/*.toml",
    "reflex.lock/*",
    "rxconfig.py",
    "constraints.txt",
)
# Served by us, because the content security policy knows no other host.
_SWAGGER = ("swagger-ui.css", "swagger-ui-bundle.js")


def ready() -> None:
    """The bundle for these sources and this address."""
    if _KEY.exists() and _KEY.read_text() == _key():
        return
    with step("Building the pages (about ten seconds)"):
        _build()
    # Read again: the build itself may have touched what it is made of, the lock of its libraries.
    _KEY.write_text(_key())


def _build() -> None:
    manifest = _MANIFEST.read_text() if _MANIFEST.exists() else ""
    environment = {
        **os.environ,
        "REFLEX_CHECK_LATEST_VERSION": "false",
        "REFLEX_TELEMETRY_ENABLED": "false",
        "NO_COLOR": "1",
    }
    done = subprocess.run(
        [str(PYTHON), "-m", "reflex", "export", "--no-zip"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode or not (BUILD / "index.html").exists():
        say(done.stdout + done.stderr)
        sys.exit(
            "The pages could not be built; the words of the build stand above. Nothing else was changed."
        )
    _keep_wording(manifest)
    swagger = BUILD / "swagger"
    swagger.mkdir(exist_ok=True)
    for name in _SWAGGER:
        shutil.copy(ROOT / ".web" / "node_modules" / "swagger-ui-dist" / name, swagger / name)


def _keep_wording(before: str) -> None:
    """A cold build writes the same manifest on one line: the committed wording stays."""
    if before and json.loads(before) == json.loads(_MANIFEST.read_text()):
        _MANIFEST.write_text(before)


def _key() -> str:
    given = settings()
    digest = hashlib.sha256(
        f"{given.origin} {given.catalog} {given.brand} {given.sandboxed} {given.sandbox_port}".encode()
    )
    for path in _sources():
        digest.update(str(path.relative_to(ROOT)).encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _sources() -> Iterator[Path]:
    for pattern in _SOURCES:
        for path in sorted(ROOT.glob(pattern)):
            if path.is_file() and "external" not in path.parts and "__pycache__" not in path.parts:
                yield path
