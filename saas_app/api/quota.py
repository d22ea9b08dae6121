"""The hourly limit of a plan on calls by token, and the burst limit on pages. Sets the headers."""

from datetime import datetime

from fastapi import Response
from sqlmodel import Session

from saas_app.api.caller import Caller, SignedInCaller
from saas_app.core import clock, rate_limit
from saas_app.core.db import snapshot
from saas_app.core.errors import TooMany
from saas_app.entitlements import access
from saas_app.plans.features import Feature

_HOUR = 3600
_BURST = (120, 10)  # calls in seconds: far above what a person's open pages ask for


def count(session: Session, caller: Caller, response: Response) -> None:
    """Count one call for the workspace. Raises TooMany with `retry_after`.

    The promise of a plan is about calls by token; a page with a cookie has a burst limit only.
    """
    if not caller.by_token:
        rate_limit.hit("pages", str(caller.user_id), limit=_BURST[0], seconds=_BURST[1])
        return
    standing = access.of(session, caller.workspace_id, clock.now())
    limit = standing.limits.get(Feature.API_REQUESTS)
    if not isinstance(limit, int) or isinstance(limit, bool):
        return
    try:
        left, resets = rate_limit.hit("api", str(caller.workspace_id), limit=limit, seconds=_HOUR)
    except TooMany as full:
        full.headers = _headers(limit, 0, full.retry_after)
        raise
    for name, value in _headers(limit, left, resets).items():
        response.headers[name] = value


def counted(caller: SignedInCaller, response: Response) -> None:
    """For a whole router: each of its calls counts."""
    with snapshot() as session:
        count(session, caller, response)


def used(session: Session, workspace_id: int, now: datetime) -> int:
    """Calls by token within the last hour, for the usage page."""
    limit = access.of(session, workspace_id, now).limits.get(Feature.API_REQUESTS)
    if not isinstance(limit, int) or isinstance(limit, bool):
        return 0
    return rate_limit.used("api", str(workspace_id), limit=limit, seconds=_HOUR)


def _headers(limit: int, left: int, resets: int) -> dict[str, str]:
    """The IETF draft's two fields (draft-ietf-httpapi-ratelimit-headers), and the older three."""
    return {
        "RateLimit-Policy": f'"hour";q={limit};w={_HOUR}',
        "RateLimit": f'"hour";r={left};t={resets}',
        "X-RateLimit-Limit": str(limit),
        "X-RateLimit-Remaining": str(left),
        "X-RateLimit-Reset": str(resets),
    }
