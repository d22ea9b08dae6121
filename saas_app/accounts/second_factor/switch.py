"""Turning the second factor on and off: what goes with it, whichever way is added or removed."""

from sqlmodel import Session

from saas_app.accounts import devices, letters, people
from saas_app.accounts.models import User
from saas_app.accounts.second_factor import recovery, totp
from saas_app.accounts.second_factor.ways import strong_ways
from saas_app.audit import trail
from saas_app.audit.trail import Origin


def app_on(
    session: Session, user: User, ticket: str, code: str, origin: Origin
) -> list[str] | None:
    """None for a wrong code, else the recovery codes that were made for it, if any were.

    Raises EnrolmentOver.
    """
    if not totp.confirm(session, user, ticket, code):
        return None
    user_id = people.ident(user)
    codes = first_codes(session, user_id)
    letters.write(session, "two_factor_on", user, path=letters.SECURITY)
    trail.record(session, "two_factor.app_on", actor_id=user_id, origin=origin)
    return codes


def app_off(session: Session, user: User, origin: Origin) -> bool:
    """Whether there was an app to turn off. Browsers are asked again, as nobody knows why it went."""
    user_id = people.ident(user)
    if not totp.turn_off(session, user_id):
        return False
    settle(session, user_id)
    letters.write(session, "two_factor_off", user, path=letters.SECURITY)
    trail.record(session, "two_factor.app_off", actor_id=user_id, origin=origin)
    return True


def new_codes(session: Session, user: User, origin: Origin) -> list[str]:
    user_id = people.ident(user)
    codes = recovery.make(session, user_id)
    letters.write(session, "recovery_codes_made", user, path=letters.SECURITY)
    trail.record(session, "two_factor.recovery_codes_made", actor_id=user_id, origin=origin)
    return codes


def first_codes(session: Session, user_id: int) -> list[str]:
    """Recovery codes for whoever has none; empty for everybody else."""
    return [] if recovery.left(session, user_id) else recovery.make(session, user_id)


def settle(session: Session, user_id: int) -> None:
    """After a strong way was removed: nothing is trusted, and codes without a factor are void."""
    devices.distrust_all(session, user_id)
    session.flush()
    if not strong_ways(session, user_id):
        recovery.void(session, user_id)
