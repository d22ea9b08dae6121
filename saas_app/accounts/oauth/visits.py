"""Browsers on their way to a provider and back.

State, nonce and verifier stay with us, sealed; the browser carries only the state in its address
and a cookie that all its tabs share. Both must fit, so a stranger's answer is refused here and a
second tab does not disturb the first.
"""

import json
from dataclasses import asdict, dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

from sqlmodel import Session, col, delete, update

from saas_app.accounts.oauth.errors import VisitOver
from saas_app.accounts.oauth.models import ProviderVisit
from saas_app.core import clock, crypto, tokens

COOKIE = "__Host-oauth"
LASTS = timedelta(minutes=10)
# Kept a little longer than they are good: whoever comes late is led back to where they wanted.
_FORGOTTEN_AFTER = timedelta(hours=1)


class Purpose(StrEnum):
    LOG_IN = "log_in"
    CONNECT = "connect"
    # What a provider proved, kept until the person has done the rest.
    OFFER = "offer"
    MAILED_OFFER = "mailed_offer"


@dataclass(frozen=True, slots=True)
class Started:
    """What the provider is sent; nothing of it is stored in the clear."""

    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True, slots=True)
class Visit:
    purpose: Purpose
    nonce: str
    verifier: str
    browser: str
    remember: bool = False
    next_page: str = ""
    user_id: int | None = None


def start(
    session: Session,
    provider: str,
    browser: str,
    *,
    purpose: Purpose = Purpose.LOG_IN,
    remember: bool = False,
    next_page: str = "",
    user_id: int | None = None,
) -> Started:
    """`browser` is the plain text of the cookie."""
    started = Started(*(tokens.issue().plain for _ in range(3)))
    visit = Visit(
        purpose,
        started.nonce,
        started.verifier,
        tokens.digest(browser),
        remember,
        next_page,
        user_id,
    )
    keep(session, tokens.digest(started.state), provider, purpose, asdict(visit), user_id, LASTS)
    return started


def taken(session: Session, provider: str, state: str, browser: str) -> Visit:
    """The visit behind this answer. Of many at once, exactly one gets it.

    Raises VisitOver for an answer that comes late, twice, to another browser or another provider.
    """
    digest = tokens.digest(state)
    row = session.get(ProviderVisit, digest)
    if row is None or row.provider != provider or row.purpose not in _ON_THE_WAY:
        raise VisitOver(_OVER, next="")
    facts = opened(row)
    visit = Visit(**{**facts, "purpose": Purpose(facts["purpose"])})
    if not tokens.same(visit.browser, tokens.digest(browser)) or not used(session, digest):
        raise VisitOver(_OVER, next=visit.next_page)
    return visit


def keep(
    session: Session,
    digest: str,
    provider: str,
    purpose: Purpose,
    facts: dict[str, Any],
    user_id: int | None,
    lasts: timedelta,
) -> None:
    at = clock.wall()
    session.add(
        ProviderVisit(
            digest=digest,
            provider=provider,
            purpose=purpose,
            user_id=user_id,
            sealed=crypto.seal(json.dumps(facts), place=_place(digest)),
            created_at=at,
            expires_at=at + lasts,
        )
    )


def opened(row: ProviderVisit) -> dict[str, Any]:
    """What was sealed in it. Raises VisitOver when its secret is no longer held."""
    try:
        return json.loads(crypto.unseal(row.sealed, place=_place(row.digest)))
    except crypto.CannotOpen as gone:
        raise VisitOver(_OVER, next="") from gone


def used(session: Session, digest: str) -> bool:
    """Use it up; False where it was used or has expired. Of many at once, one hears True."""
    at = clock.wall()
    free = update(ProviderVisit).where(
        col(ProviderVisit.digest) == digest,
        col(ProviderVisit.used_at).is_(None),
        col(ProviderVisit.expires_at) > at,
    )
    return session.exec(free.values(used_at=at)).rowcount == 1


def purge(session: Session) -> int:
    """Forget visits that nobody can come back from; how many there were."""
    old = col(ProviderVisit.expires_at) < clock.wall() - _FORGOTTEN_AFTER
    return session.exec(delete(ProviderVisit).where(old)).rowcount


_ON_THE_WAY = {Purpose.LOG_IN, Purpose.CONNECT}
_OVER = "This log-in took longer than ten minutes, was used before, or began in another browser. Nothing was changed; please start again."


def _place(digest: str) -> str:
    return f"provider_visit.sealed:{digest}"
