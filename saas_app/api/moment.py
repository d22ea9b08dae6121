"""A moment that a caller names. What no database could keep in UTC is refused before it sees it."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AwareDatetime, Field

# Room on both sides: a period is reckoned back from it, and a time zone may move it by a day.
_FIRST, _LAST = datetime(1970, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)

Moment = Annotated[AwareDatetime, Field(ge=_FIRST, le=_LAST)]
