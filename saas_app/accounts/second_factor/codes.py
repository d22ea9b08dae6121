"""Six digits by letter or SMS. Good for the one log-in or session that asked, and for nobody else."""

import hashlib
import hmac
import secrets
from datetime import timedelta
from enum import StrEnum

from sqlmodel import Session, col, delete, update

from saas_app.accounts.second_factor.models import MailedCode
from saas_app.core import clock, crypto, rate_limit, tokens
from saas_app.core.settings import settings

GOOD_FOR = timedelta(minutes=10)
TRIES = 5
_AN_HOUR = 3600


class Channel(StrEnum):
    LETTER = "letter"
    SMS = "sms"


def allow(user_id: int, bound_to: str) -> None:
    """Count a sending before it is done. Raises TooMany."""
    rate_limit.hit("codes.asked", bound_to, limit=3, seconds=int(GOOD_FOR.total_seconds()))
    rate_limit.hit("codes.person", str(user_id), limit=10, seconds=_AN_HOUR)


def issue(session: Session, user_id: int, bound_to: str, channel: Channel) -> str:
    """A new code; an earlier one for the same purpose stops working."""
    at, code = clock.wall(), f"{secrets.randbelow(1_000_000):06d}"
    earlier = update(MailedCode).where(
        col(MailedCode.bound_to) == bound_to, col(MailedCode.used_at).is_(None)
    )
    session.exec(earlier.values(expires_at=at))
    session.add(
        MailedCode(
            bound_to=bound_to,
            user_id=user_id,
            channel=channel,
            digest=_digest(bound_to, code),
            created_at=at,
            expires_at=at + GOOD_FOR,
        )
    )
    return code


def accept(session: Session, bound_to: str, channel: Channel, code: str) -> bool:
    """Whether the code is right, in time and unused. Each look counts as a try, right or wrong.

    So the caller must commit a False as well: an exception would give the try back.
    """
    at = clock.wall()
    looked_at = (
        update(MailedCode)
        .where(
            col(MailedCode.bound_to) == bound_to,
            col(MailedCode.channel) == channel,
            col(MailedCode.used_at).is_(None),
            col(MailedCode.expires_at) > at,
            col(MailedCode.tries) < TRIES,
        )
        .values(tries=col(MailedCode.tries) + 1)
        .returning(col(MailedCode.id), col(MailedCode.digest))
    )
    row = session.exec(looked_at).first()
    if row is None or not tokens.same(row[1], _digest(bound_to, "".join(code.split()))):
        return False
    unused = update(MailedCode).where(
        col(MailedCode.id) == row[0], col(MailedCode.used_at).is_(None)
    )
    return session.exec(unused.values(used_at=at)).rowcount == 1


def purge(session: Session) -> int:
    """Forget codes that are good for nothing any more; how many there were."""
    return session.exec(
        delete(MailedCode).where(col(MailedCode.expires_at) < clock.wall())
    ).rowcount


def _digest(bound_to: str, code: str) -> str:
    """Keyed: a million codes are tried in a second by whoever reads the table, but not without us."""
    key = crypto.derive("mailed_code", settings().secret_keys[0])
    return hmac.new(key, f"{bound_to}:{code}".encode(), hashlib.sha256).hexdigest()
