"""Rows as a file to take away, CSV that a spreadsheet only shows or JSON, and which plan may have it."""

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

from saas_app.entitlements.errors import refusal
from saas_app.plans.access import Access
from saas_app.plans.decide import Denied, decide
from saas_app.plans.features import Feature

Format = Literal["csv", "json"]
Row = Mapping[str, Any]

MEDIA: Mapping[Format, str] = {"csv": "text/csv; charset=utf-8", "json": "application/json"}
# A cell that begins with one of these is a formula to a spreadsheet.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def require(access: Access, form: Format) -> None:
    """Raises NeedsUpgrade naming the plan that exports."""
    if denied := why_not(access, form):
        raise refusal(denied, access)


def why_not(access: Access, form: Format) -> Denied | None:
    answer = decide(access, Feature.EXPORTS, item=form)
    return answer if isinstance(answer, Denied) else None


def written(form: Format, columns: Sequence[str], rows: Iterable[Row]) -> str:
    """Each row says where it comes from by itself: rows are cut out and pasted elsewhere."""
    if form == "json":
        return json.dumps([{name: row[name] for name in columns} for row in rows], indent=1)
    sheet = io.StringIO()
    out = csv.writer(sheet)
    out.writerow(columns)
    out.writerows([_cell(row[name]) for name in columns] for row in rows)
    return sheet.getvalue()


def file_name(form: Format, *parts: str) -> str:
    """`EURUSD-H1-2026-11-21.csv`: only letters that every system and every header can hold."""
    stem = "-".join(parts)
    safe = "".join(c if c.isascii() and (c.isalnum() or c in "-_") else "_" for c in stem)
    return f"{safe}.{form}"


def _cell(value: Any) -> Any:
    """A number stays one, also below zero; words that look like a formula become words."""
    if value is None:
        return ""
    if isinstance(value, list):
        value = " ".join(str(each) for each in value)
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return value
