"""The number by which a caller names a row. What no row can have is refused before the database sees it."""

from typing import Annotated

from fastapi import Path

# The databases' own integer: SQLite and PostgreSQL would each fail on a larger one in their own way.
RowId = Annotated[int, Path(ge=1, le=2**31 - 1)]
