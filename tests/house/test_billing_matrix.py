"""docs/billing-matrix.md names, for every way billing goes wrong in the wild, the tests that keep it from us."""

import re

from tests.support.sandbox_process import ROOT

PAGE = ROOT / "docs" / "billing-matrix.md"
ROWS = [f"{number:02}" for number in range(1, 33)]


def kept_by_row() -> dict[str, list[str]]:
    """`path::name` of every test that is named after a row."""
    found: dict[str, list[str]] = {row: [] for row in ROWS}
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for name in re.findall(
            r"^(?:async )?def (test_row_\d\d_\w+)", path.read_text(), re.MULTILINE
        ):
            found[name[9:11]].append(f"{path.relative_to(ROOT)}::{name}")
    return found


def test_every_row_has_a_test():
    assert [row for row, tests in kept_by_row().items() if not tests] == []


def test_the_page_names_every_test_of_every_row_and_no_other():
    named: dict[str, list[str]] = {}
    for line in PAGE.read_text().splitlines():
        if line.startswith("## "):
            named[line[3:5]] = []
        elif link := re.match(r"- \[`(\w+)`\]\(\.\./(tests/[\w/]+\.py)\)", line):
            list(named.values())[-1].append(f"{link[2]}::{link[1]}")
    assert {row: sorted(tests) for row, tests in named.items()} == {
        row: sorted(tests) for row, tests in kept_by_row().items()
    }
