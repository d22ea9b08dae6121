"""Is everything there? Ready means: a load balancer may send people here."""

from collections.abc import Callable
from typing import Literal

from fastapi import APIRouter, Response
from pydantic import BaseModel
from sqlalchemy import text as sql
from sqlalchemy.exc import SQLAlchemyError

from saas_app.api.caller import RequestOrigin, SignedInCaller
from saas_app.core import clock, migrations, rate_limit
from saas_app.core.db import snapshot
from saas_app.core.settings import settings

router = APIRouter(tags=["Health"])
_UNREADY = 503


class Health(BaseModel):
    status: Literal["ok", "unready"]
    parts: dict[str, str]


class SystemHealth(Health):
    now: str
    sandbox: bool
    clock_lead_seconds: int


@router.get("/api/health", responses={503: {"model": Health}})
def health(response: Response, origin: RequestOrigin) -> Health:
    """Ready when every part is; names each part and what is wrong with it."""
    # A balancer asks every few seconds; nobody needs to ask the database more often than this.
    rate_limit.hit("health", origin.address, limit=300, seconds=60)
    parts = {name: check() for name, check in _PARTS.items()}
    ready = all(answer == "ok" for answer in parts.values())
    response.status_code = 200 if ready else _UNREADY
    return Health(status="ok" if ready else "unready", parts=parts)


@router.get("/api/system/health")
def system_health(
    caller: SignedInCaller,  # noqa: ARG001 — asking for the caller is the guard
    response: Response,
    origin: RequestOrigin,
) -> SystemHealth:
    """The same with the business clock, for people who are signed in."""
    plain = health(response, origin)
    return SystemHealth(
        **plain.model_dump(),
        now=clock.now().isoformat(),
        sandbox=settings().sandboxed,
        clock_lead_seconds=int(clock.lead().total_seconds()),
    )


def _database() -> str:
    try:
        with snapshot() as session:
            session.connection().execute(sql("select 1"))
    except SQLAlchemyError:
        return "unreachable"
    return "ok"


def _schema() -> str:
    try:
        return "ok" if migrations.current() == migrations.newest() else "behind: run the migrations"
    except SQLAlchemyError:
        return "unreachable"


_PARTS: dict[str, Callable[[], str]] = {"database": _database, "schema": _schema}
