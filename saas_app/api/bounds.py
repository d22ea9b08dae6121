"""How often anybody may call us at all, beside what a plan counts: no endpoint is without a limit."""

import hashlib

from fastapi import Request

from saas_app.accounts import sessions
from saas_app.api.boundary import cookie
from saas_app.api.caller import origin
from saas_app.core import rate_limit

_SECONDS = 60
_STRANGER = 300  # calls a minute from one place: a household, or an office behind one address
_KNOWN = 1200  # calls a minute with one cookie, token or key


def bounded(request: Request) -> None:
    """Count one call. Raises TooMany. Believes nobody: a made-up token has a count of its own place."""
    shown = request.headers.get("authorization", "") or cookie(request.headers, sessions.COOKIE)
    place = origin(request).place
    if not shown:
        rate_limit.hit("stranger", place, limit=_STRANGER, seconds=_SECONDS)
        return
    digest = hashlib.sha256(f"{place}\0{shown}".encode()).hexdigest()
    rate_limit.hit("known", digest, limit=_KNOWN, seconds=_SECONDS)
