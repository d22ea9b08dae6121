"""The REST edge as one FastAPI application."""

from collections.abc import Sequence

from fastapi import APIRouter, FastAPI

from saas_app.api import docs, health, problems
from saas_app.api.v1 import auth
from saas_app.core.settings import settings

# Below these the REST edge answers everything, unknown paths included.
PREFIXES = ("/api", "/.well-known")

# These prove their sender by a signature: no cookie counts, any host name may be used.
UNCHECKED: frozenset[str] = frozenset()

ROUTERS: Sequence[APIRouter] = (
    auth.router,
    health.router,
    docs.router,
)


def made() -> FastAPI:
    api = FastAPI(
        title=f"{settings().brand} API",
        description="Levels, candles, watchlists, billing. Errors are RFC 9457 problem documents with a `code` and a `request_id`.",
        version="1",
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/openapi.json",
        redirect_slashes=False,
    )
    for router in ROUTERS:
        api.include_router(router)
    problems.install(api)
    return api
