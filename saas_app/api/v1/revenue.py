"""The books in figures, for staff."""

from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel

from saas_app.api.caller import RequestOrigin, StaffCaller
from saas_app.api.moment import Moment
from saas_app.audit import trail
from saas_app.billing.revenue import report
from saas_app.core import clock
from saas_app.core.db import transaction
from saas_app.core.errors import Invalid

router = APIRouter(prefix="/api/admin", tags=["Admin"])

_MONTH = timedelta(days=30)


class CurrencyFigures(BaseModel):
    """Amounts in the currency's smallest unit. Monthly revenue is at list price before discounts."""

    currency: str
    net_cents: int
    by_kind: dict[str, int]
    mrr_cents: int
    movements: dict[str, int]


class Revenue(BaseModel):
    since: datetime
    until: datetime
    currencies: list[CurrencyFigures]


@router.get("/revenue")
def revenue(
    caller: StaffCaller,
    origin: RequestOrigin,
    since: Annotated[Moment | None, Query()] = None,
    until: Annotated[Moment | None, Query()] = None,
) -> Revenue:
    """What was paid, given back and disputed, and how the monthly revenue moved; the last thirty days unless said.

    Looking is written into the audit log.
    """
    end = until or clock.now()
    start = since or end - _MONTH
    if start > end:
        raise Invalid(
            "The period ends before it begins. Nothing was changed.",
            fields={"until": "Choose a moment after `since`."},
        )
    with transaction() as session:
        found = report.between(session, start, end)
        trail.record(session, "staff.revenue_read", actor_id=caller.user_id, origin=origin)
    return Revenue(
        since=start,
        until=end,
        currencies=[CurrencyFigures.model_validate(each, from_attributes=True) for each in found],
    )
