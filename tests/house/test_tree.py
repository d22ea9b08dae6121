"""The tree itself: its size, its names, its pins, its contracts, its documents."""

import re
import subprocess
import sys
import tomllib
from functools import cache
from pathlib import Path

import pytest

from saas_app import tables
from tests.support.sandbox_process import ROOT

CODE = sorted(
    path
    for folder in ("saas_app", "sandbox", "launch")
    for path in (ROOT / folder).rglob("*.py")
    if "__pycache__" not in path.parts
)
LONGEST = 300
NOT_A_NAME = {
    "service",
    "services",
    "manager",
    "managers",
    "utils",
    "util",
    "helpers",
    "helper",
    "common",
    "misc",
    "base",
}
REQUIREMENTS = sorted(ROOT.glob("requirements*.txt"))
DECISIONS = ROOT / "docs" / "decisions"
DOCUMENTS = sorted({*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")})
LINK = re.compile(r"(?<!!)!?\[[^\]]*\]\(([^)\s]+)[^)]*\)")
# Built in pieces, or this file would be found by its own search.
FORBIDDEN = re.compile(
    "|".join(
        (
            r"npmjs\.(?:org|com)",
            r"pypi\.org",
            r"(?<![\w.])/" + r"work/",
            r"/home/\w+/",
            r"/Users/\w+/",
        )
    )
)
BINARY = {".png", ".jpg", ".ico", ".woff2", ".gz", ".webp", ".pdf", ".npz", ".csv"}


@cache
def tracked() -> tuple[Path, ...]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout: there is no list of what belongs to the repository")
    names = listed.stdout.decode().split("\0")
    return tuple(path for name in names if name and (path := ROOT / name).is_file())


def test_files_stay_short():
    long = {
        str(path.relative_to(ROOT)): lines
        for path in CODE
        if (lines := len(path.read_text().splitlines())) > LONGEST
    }
    assert long == {}


def test_every_module_is_named_for_an_idea():
    assert [
        path for path in CODE if path.stem in NOT_A_NAME or path.parent.name in NOT_A_NAME
    ] == []


def test_every_module_says_what_it_owns():
    silent = [
        str(path.relative_to(ROOT))
        for path in CODE
        if not re.match(r'(?:#[^\n]*\n)*(?:r)?"""\S', path.read_text())
    ]
    assert silent == []


def test_nothing_is_left_for_later():
    later = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b|NotImplementedError")
    assert [str(path) for path in CODE if later.search(path.read_text())] == []


def test_every_slice_with_tables_is_part_of_the_schema():
    """A table nobody imports would be missing from migrations and tests alike."""
    with_tables = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for path in CODE
        if "table=True" in path.read_text() and path.parts[-1] != "tables.py"
    }
    assert with_tables == set(tables._MODELS)


@pytest.mark.parametrize("path", REQUIREMENTS, ids=lambda path: path.name)
def test_every_requirement_is_pinned(path):
    loose = [
        line
        for line in path.read_text().splitlines()
        if line
        and not line.startswith(("#", "-r ", "-c "))
        and not re.match(r"[\w.\[\]-]+==[\w.]+$", line)
    ]
    assert loose == []


def test_every_requirement_agrees_with_the_constraints():
    closure = pins(ROOT / "constraints.txt")
    for path in REQUIREMENTS:
        for name, version in pins(path).items():
            assert closure.get(name, version) == version, f"{path.name}: {name}"


def pins(path: Path) -> dict[str, str]:
    found = re.findall(r"^([\w.-]+)(?:\[[\w,-]+\])?==([\w.]+)", path.read_text(), re.MULTILINE)
    return {re.sub(r"[-_.]+", "-", name).lower(): version for name, version in found}


def test_the_layers_are_kept():
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def test_every_package_has_its_layer():
    """A package that no contract names could import whatever it likes."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"][
        "contracts"
    ]
    named = set(re.findall(r"\w+", " ".join(contracts[0]["layers"])))
    packages = {
        path.name if path.is_dir() else path.stem
        for path in (ROOT / "saas_app").iterdir()
        if (path / "__init__.py").exists() or path.suffix == ".py"
    }
    assert packages - {"__init__"} <= named


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_of_a_document_leads_somewhere(path):
    dead = [
        link
        for link in LINK.findall(path.read_text())
        if not re.match(r"[a-z]+:", link) and not leads(path, link)
    ]
    assert dead == []


def leads(page: Path, link: str) -> bool:
    file, _, anchor = link.partition("#")
    target = (page.parent / file).resolve() if file else page
    return target.exists() and (not anchor or anchor in anchors(target))


def anchors(page: Path) -> set[str]:
    """As GitHub makes them of headings."""
    headings = re.findall(r"^#+ +(.+?) *$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_the_readme_is_among_the_documents():
    assert ROOT / "README.md" in DOCUMENTS


def test_every_decision_is_in_the_index_under_its_own_title():
    index = (DECISIONS / "README.md").read_text()
    decisions = sorted(DECISIONS.glob("[0-9]*.md"))
    assert decisions
    for number, path in enumerate(decisions, start=1):
        title = path.read_text().splitlines()[0].lstrip("# ").split(". ", 1)[-1].strip()
        assert path.name.startswith(f"{number:04d}-")
        assert f"]({path.name})" in index
        assert title.removeprefix(f"{number:04d} ").strip(" :—-") in index, title


def test_every_runbook_is_in_its_index():
    folder = ROOT / "docs" / "runbooks"
    index = (folder / "README.md").read_text()
    assert [
        path.name
        for path in folder.glob("*.md")
        if path.name != "README.md" and path.name not in index
    ] == []


def test_every_command_of_the_readme_exists():
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for path in DOCUMENTS:
        spoken = set(
            re.findall(r"^\s*make ([a-z-]+)|`make ([a-z-]+)", path.read_text(), re.MULTILINE)
        )
        assert {name for pair in spoken for name in pair if name} <= targets, path.name


def test_the_repository_holds_no_machines_paths_and_no_registrys_address():
    found = [
        f"{path.relative_to(ROOT)}: {match.group()}"
        for path in tracked()
        if path.suffix not in BINARY and path != Path(__file__)
        for match in [FORBIDDEN.search(path.read_text(errors="ignore"))]
        if match
    ]
    assert found == []


def test_the_repository_holds_no_secret_and_no_database():
    private = re.compile(
        r"-----BEGIN [A-Z ]*PRIVATE KEY-----|\b[sr]k_live_[0-9A-Za-z]{16,}|\bwhsec_[0-9A-Za-z]{32}\b"
    )
    for path in tracked():
        assert path.name not in {".env", "secret.key"}, path
        assert path.suffix not in {".db", ".pem"}, path
        if path.suffix not in BINARY:
            assert not private.search(path.read_text(errors="ignore")), path
