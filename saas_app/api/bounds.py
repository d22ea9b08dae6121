"""How often anybody may call us at all, beside what a plan counts: no endpoint is without a limit."""

import hashlib

from fastapi import Request

from saas_app.accounts import sessions
from saas_app.api.boundary import cookie
from saas_app.api.caller import origin
from saas_app.core import rate_limit

_SECONDS = 60
_PLACE = 6000  # calls a minute from one place, whatever is shown: a company behind one address
_STRANGER = 300  # of those, calls that show nothing
_KNOWN = 1200  # of those, calls with one cookie, token or key
# These prove their sender by a signature, and count for themselves.
_SIGNED = ("/api/ingest/",)


def bounded(request: Request) -> None:
    """Count one call, once. Raises TooMany.

    Believes nobody: what is shown may be made up for each call, so the place has a count as well.
    """
    if getattr(request.state, "bounded", False):
        return
    request.state.bounded = True
    place = origin(request).place
    rate_limit.hit("place", place, limit=_PLACE, seconds=_SECONDS)
    if request.url.path.startswith(_SIGNED):
        return
    shown = request.headers.get("authorization", "") or cookie(request.headers, sessions.COOKIE)
    if not shown:
        rate_limit.hit("stranger", place, limit=_STRANGER, seconds=_SECONDS)
        return
    digest = hashlib.sha256(f"{place}\0{shown}".encode()).hexdigest()
    rate_limit.hit("known", digest, limit=_KNOWN, seconds=_SECONDS)
