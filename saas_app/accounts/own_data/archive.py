"""An archive that its reader can open without us: JSON for programs, CSV for people, a page of words."""

import csv
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

Rows = Sequence[Mapping[str, Any]]


def packed(tables: Mapping[str, Rows], files: Mapping[str, bytes], *, readme: str) -> bytes:
    """A zip with `README.txt`, `data.json`, `csv/<table>.csv` and the given files."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("README.txt", readme)
        archive.writestr("data.json", json.dumps(tables, indent=2, ensure_ascii=False))
        for name, rows in tables.items():
            archive.writestr(f"csv/{name}.csv", _csv(rows))
        for name, content in files.items():
            archive.writestr(name, content)
    return made.getvalue()


def _csv(rows: Rows) -> str:
    columns = list(dict.fromkeys(column for row in rows for column in row))
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(columns)
    writer.writerows([_cell(row.get(column)) for column in columns] for row in rows)
    return written.getvalue()


def _cell(value: Any) -> str:
    """What a spreadsheet shows and never runs: a leading sign would be a formula (OWASP, CSV injection)."""
    if value is None:
        return ""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return f"'{text}" if isinstance(value, str) and text[:1] in "=+-@\t\r" and text else text
