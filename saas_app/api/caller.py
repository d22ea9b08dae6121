"""Who is calling: by the browser's session cookie or by a bearer token, looked up every time."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Request

from saas_app.accounts import jwt, people, refresh, sessions, sudo
from saas_app.accounts.errors import TokenInvalid
from saas_app.api import key_scopes
from saas_app.api.boundary import cookie
from saas_app.audit.trail import Origin
from saas_app.core import clock
from saas_app.core.db import snapshot, transaction
from saas_app.core.errors import NotAllowed, NotFound, NotSignedIn
from saas_app.core.settings import settings
from saas_app.core.texts import text
from saas_app.workspaces import memberships
from saas_app.workspaces.api_keys import scopes, secret, use

_BEARER = "bearer "
_NO_PROGRAMS = (
    "A program cannot do this with its token. Nothing was changed; please use the settings pages."
)


@dataclass(frozen=True, slots=True)
class Caller:
    user_id: int
    workspace_id: int
    email: str
    is_staff: bool
    session: str = ""  # digest of the browser session; empty for a bearer token
    authenticated_at: datetime | None = None  # the last proof in a browser; none for a token

    @property
    def by_token(self) -> bool:
        return not self.session


def origin(request: Request) -> Origin:
    """The address as many proxies back as we trust, and the agent, cut to a sensible length."""
    hops = settings().trusted_proxy_hops
    # Some proxies add a line of their own below the client's: only the last entries are theirs.
    forwarded = [
        part.strip()
        for line in request.headers.getlist("x-forwarded-for")
        for part in line.split(",")
        if part.strip()
    ]
    address = (
        forwarded[-hops]
        if hops and len(forwarded) >= hops
        else (request.client.host if request.client else "")
    )
    return Origin(address, request.headers.get("user-agent", "")[:300])


def optional(request: Request) -> Caller | None:
    """The caller, or None for a stranger.

    Raises TokenInvalid for a bad bearer token or key, NotAllowed for a key beyond its scopes.
    """
    authorization = request.headers.get("authorization", "")
    if authorization:
        if not authorization.lower().startswith(_BEARER):
            raise TokenInvalid(
                "The Authorization header must read `Bearer <token>`. Nothing was changed."
            )
        shown = authorization[len(_BEARER) :].strip()
        return _by_key(shown, request) if secret.looks_like_one(shown) else _by_token(shown)
    return _by_cookie(cookie(request.headers, sessions.COOKIE))


def signed_in(caller: Annotated[Caller | None, Depends(optional)]) -> Caller:
    """Raises NotSignedIn."""
    if caller is None:
        raise NotSignedIn("Please log in first. Nothing was changed.")
    return caller


def fresh(caller: Annotated[Caller, Depends(signed_in)]) -> Caller:
    """Somebody in a browser who proved a moment ago who they are: for dangerous acts.

    Raises StepUpRequired, and NotAllowed for a token, which anybody may hold who found it.
    """
    if caller.authenticated_at is None:
        raise NotAllowed(_NO_PROGRAMS)
    sudo.require(caller.authenticated_at, clock.wall())
    return caller


def in_browser(caller: Annotated[Caller, Depends(signed_in)]) -> Caller:
    """Somebody with a session cookie. Raises NotAllowed for a token."""
    if caller.by_token:
        raise NotAllowed(_NO_PROGRAMS)
    return caller


def staff(caller: Annotated[Caller, Depends(signed_in)]) -> Caller:
    """Raises NotAllowed."""
    if not caller.is_staff:
        raise NotAllowed("This is for staff only. Nothing was changed.")
    return caller


def _by_cookie(plain: str) -> Caller | None:
    if not plain:
        return None
    with snapshot() as session:
        who = sessions.lookup(session, plain)
    if who is None:
        return None
    if sessions.due_touch(who.last_seen_at, clock.wall()):
        with transaction() as session:
            sessions.touch(session, who.digest)
    return Caller(
        who.user_id,
        who.workspace_id,
        who.email,
        who.is_staff,
        who.digest,
        who.authenticated_at,
    )


def _by_key(plain: str, request: Request) -> Caller:
    """What a key may do here is what its owner may, within its scopes."""
    with snapshot() as session:
        key = use.find(session, plain)
        owner = people.by_id(session, key.user_id)
        member = memberships.role_of(session, key.workspace_id, key.user_id)
    if member is None or owner.erased_at is not None:
        raise TokenInvalid(text("api_keys.dead"))
    scopes.require(scopes.of(key.scopes), key_scopes.needed(request.method, request.url.path))
    if use.due_touch(key):
        with transaction() as session:
            use.touch(session, key, origin(request))
    return Caller(key.user_id, key.workspace_id, owner.email, is_staff=False)


def _by_token(token: str) -> Caller:
    claims = jwt.verify(token)
    with snapshot() as session:
        try:
            user = people.by_id(session, claims.user_id)
        except NotFound as gone:
            raise TokenInvalid("This token's owner is not there any more.") from gone
        member = memberships.role_of(session, claims.workspace_id, claims.user_id)
        open_still = refresh.is_open(session, claims.log_in)
    everywhere = claims.issued_at < int(user.sessions_valid_from.timestamp())
    if member is None or everywhere or not open_still:
        raise TokenInvalid("This token was revoked. Please log in again.")
    return Caller(claims.user_id, claims.workspace_id, user.email, user.is_staff)


SignedInCaller = Annotated[Caller, Depends(signed_in)]
AnyCaller = Annotated[Caller | None, Depends(optional)]
FreshCaller = Annotated[Caller, Depends(fresh)]
BrowserCaller = Annotated[Caller, Depends(in_browser)]
StaffCaller = Annotated[Caller, Depends(staff)]
RequestOrigin = Annotated[Origin, Depends(origin)]
