"""The REST edge as one FastAPI application."""

from collections.abc import Sequence

from fastapi import APIRouter, Depends, FastAPI
from starlette.types import ASGIApp

from saas_app.api import aliases, bounds, browser, docs, document, health, problems, providers
from saas_app.api.etags import ETags
from saas_app.api.repeats import Repeats
from saas_app.api.v1 import (
    account,
    alert_channels,
    alerts,
    api_keys,
    auth,
    billing,
    catalogue,
    contact,
    contracts,
    entitlements,
    exports,
    feeds,
    identities,
    ingest,
    insights,
    letters,
    market,
    own_data,
    passkeys,
    payer,
    picture,
    revenue,
    scanner,
    second_step,
    step_up,
    subscription,
    teams,
    two_factor,
    user,
    workspaces,
)
from saas_app.api.v1.webhooks import StripeWebhook
from saas_app.api.versions import Versions
from saas_app.core.settings import settings

# Below these the REST edge answers everything, unknown paths included.
PREFIXES = ("/api", "/.well-known", *browser.PREFIXES, *providers.PREFIXES, *aliases.PREFIXES)
# These prove their sender by a signature: no cookie counts, any host name may be used.
UNCHECKED = aliases.WEBHOOKS

ROUTERS: Sequence[APIRouter] = (
    auth.router,
    second_step.router,
    step_up.router,
    two_factor.router,
    passkeys.router,
    user.router,
    account.router,
    api_keys.router,
    own_data.router,
    picture.router,
    identities.router,
    letters.router,
    contact.router,
    contracts.router,
    teams.router,
    workspaces.router,
    market.router,
    scanner.router,
    insights.router,
    exports.router,
    ingest.router,
    feeds.router,
    alert_channels.router,
    alerts.router,
    billing.router,
    catalogue.router,
    subscription.router,
    entitlements.router,
    payer.router,
    revenue.router,
    browser.router,
    providers.router,
    health.router,
    docs.router,
)


def made() -> ASGIApp:
    """The endpoints, with their other names around them."""
    named = Repeats(ETags(endpoints()))
    return aliases.Aliases(Versions(StripeWebhook(named)))


def endpoints() -> FastAPI:
    api = FastAPI(
        title=f"{settings().brand} API",
        description=document.ABOUT,
        version="1",
        openapi_tags=document.TAGS,
        generate_unique_id_function=document.operation_id,
        dependencies=[Depends(bounds.bounded)],
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/openapi.json",
        redirect_slashes=False,
    )
    for router in ROUTERS:
        api.include_router(router)
    problems.install(api)
    document.install(api, ROUTERS)
    return api
