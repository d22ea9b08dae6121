"""Second factors that are a code: whether this one is right."""

from sqlmodel import Session

from saas_app.accounts import people
from saas_app.accounts.models import KnownDevice, User
from saas_app.accounts.second_factor import codes, recovery, totp
from saas_app.accounts.second_factor.codes import Channel
from saas_app.accounts.second_factor.ways import Way
from saas_app.core import rate_limit

_AN_HOUR = 3600
_TRIES = 10


def allow(user_id: int, known: KnownDevice | None) -> None:
    """Count a try before it is looked at. Raises TooMany.

    A browser its owner used before has a ration of its own: whoever guesses elsewhere with a
    stolen password cannot delay the owner there.
    """
    if known is not None:
        rate_limit.hit("second.device", known.digest, limit=_TRIES, seconds=_AN_HOUR)
    else:
        rate_limit.hit("second.person", str(user_id), limit=_TRIES, seconds=_AN_HOUR)


def right(session: Session, user: User, way: Way, code: str, bound_to: str) -> bool:
    """Whether this code proves the second factor. A wrong one must be committed as well.

    `bound_to` is the digest of the log-in that asked.
    """
    match way:
        case Way.APP:
            return totp.accept(session, people.ident(user), code)
        case Way.RECOVERY:
            return recovery.spend(session, user, code)
        case Way.SMS:
            return codes.accept(session, bound_to, Channel.SMS, code)
        case Way.LETTER:
            return codes.accept(session, bound_to, Channel.LETTER, code)
        case Way.PASSKEY:
            return False


def by_program(session: Session, user: User, otp: str) -> bool:
    """What a program may send with the password: a code of the app, or a recovery code."""
    return totp.accept(session, people.ident(user), otp) or recovery.spend(session, user, otp)
