import re
from io import StringIO

import pytest
from dotenv import dotenv_values

from saas_app.core.settings import Settings
from sandbox import settings as sandbox_settings
from tests.support.sandbox_process import ROOT

EXAMPLE = ROOT / ".env.example"
GUIDE = ROOT / "DEPLOYMENT_GUIDE.md"
SETTING = re.compile(r"^#?([A-Z][A-Z0-9_]*)=(.*)$", re.MULTILINE)
NAMES = [name.upper() for name in Settings.model_fields]


def blocks():
    """Name → the comment above it."""
    found, words = {}, []
    for line in EXAMPLE.read_text().splitlines():
        if match := SETTING.match(line):
            found[match.group(1)] = " ".join(words)
        words = [*words, line.removeprefix("# ")] if line.startswith("# ") else []
    return found


def test_the_example_holds_every_setting_and_no_other():
    assert set(blocks()) == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_every_setting_has_a_sentence(name):
    words = blocks()[name]
    assert len(words) > 20
    assert words.endswith(".")


def test_the_examples_values_are_the_defaults():
    """Whoever takes the hashes away changes nothing yet."""
    text = "\n".join(f"{name}={value}" for name, value in SETTING.findall(EXAMPLE.read_text()))
    given = {
        name.lower(): value for name, value in dotenv_values(stream=StringIO(text)).items() if value
    }
    assert Settings(_env_file=None, **given) == Settings(_env_file=None)


def test_the_example_is_only_comments():
    lines = EXAMPLE.read_text().splitlines()
    assert [line for line in lines if line and not line.startswith("#")] == []


@pytest.mark.parametrize("name", NAMES)
def test_the_deployment_guide_speaks_of_every_setting(name):
    assert re.search(rf"\b{name}\b", GUIDE.read_text())


def test_the_sandbox_reads_only_names_that_are_documented():
    asked = re.findall(r'"([A-Z][A-Z_]+)"', (ROOT / "sandbox" / "settings.py").read_text())
    assert set(asked) - {"STRIPE_API_KEY"} <= set(NAMES)
    assert sandbox_settings.read({}).port == Settings(_env_file=None).sandbox_port


def test_only_the_settings_read_the_environment():
    """Ruff bans the names; this finds the ways around it."""
    readers = {
        str(path.relative_to(ROOT))
        for path in (ROOT / "saas_app").rglob("*.py")
        if re.search(r"\benviron\b|\bgetenv\b|\bBaseSettings\b", path.read_text())
    }
    assert readers == {"saas_app/core/settings.py"}
