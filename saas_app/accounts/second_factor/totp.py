"""Authenticator apps: enrolling one, accepting each of its codes once. Asks for no step-up itself."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

import segno
from pyotp import random_base32
from pyotp.exceptions import OTPVerificationError
from pyotp.totp import TOTP
from sqlmodel import Session, col, update

from saas_app.accounts import people
from saas_app.accounts.errors import EnrolmentOver
from saas_app.accounts.models import User
from saas_app.accounts.second_factor.models import Totp
from saas_app.core import clock, logs, upsert
from saas_app.core.crypto import CannotOpen, seal, unseal
from saas_app.core.resealing import Sealed
from saas_app.core.settings import settings

ENROL_WITHIN = timedelta(minutes=15)
_DIGITS = 6
# A clock may be half a minute off either way.
_WINDOW = 1
_log = logs.get(__name__)


@dataclass(frozen=True, slots=True)
class Enrolment:
    """An app on its way in. `ticket` is the secret, sealed for this person; nothing is stored yet.

    The app that counts now goes on counting until a code of the new one was given.
    """

    ticket: str
    key: str
    uri: str
    picture: str


def begin(user: User) -> Enrolment:
    secret = random_base32()
    uri = TOTP(secret, name=user.email, issuer=settings().brand).provisioning_uri()
    until = (clock.wall() + ENROL_WITHIN).isoformat()
    ticket = seal(json.dumps([secret, until]), place=_pending(people.ident(user)))
    return Enrolment(ticket, _grouped(secret), uri, _drawn(uri))


def confirm(session: Session, user: User, ticket: str, code: str) -> bool:
    """Turn the app on if the code is one of its own; whether it was. Raises EnrolmentOver."""
    user_id, at = people.ident(user), clock.wall()
    secret = _secret_of(ticket, user_id, at)
    step = _step(secret, code, at)
    if step is None:
        return False
    row = {
        "sealed_secret": seal(secret, place=_place(user_id)),
        "created_at": at,
        "confirmed_at": at,
        # The code that confirmed is used up.
        "last_step": step,
    }
    adding = upsert.insert(session, Totp).values(user_id=user_id, **row)
    session.connection().execute(adding.on_conflict_do_update(index_elements=["user_id"], set_=row))
    session.expire_all()
    return True


def is_on(session: Session, user_id: int) -> bool:
    return since(session, user_id) is not None


def since(session: Session, user_id: int) -> datetime | None:
    row = session.get(Totp, user_id)
    return row.confirmed_at if row else None


def accept(session: Session, user_id: int, code: str) -> bool:
    """Whether this code is right and was not used before. Of many at once, one is accepted."""
    row = session.get(Totp, user_id)
    if row is None or row.confirmed_at is None:
        return False
    try:
        secret = unseal(row.sealed_secret, place=_place(user_id))
    except CannotOpen:
        # A secret of ours was given away before `keys rotate`: their other ways must go on working.
        _log.error("totp.sealed_shut", user=user_id)
        return False
    step = _step(secret, code, clock.wall())
    if step is None:
        return False
    unused = update(Totp).where(col(Totp.user_id) == user_id, col(Totp.last_step) < step)
    return session.exec(unused.values(last_step=step)).rowcount == 1


def turn_off(session: Session, user_id: int) -> bool:
    """Whether there was an app to turn off."""
    row = session.get(Totp, user_id)
    if row is None:
        return False
    session.delete(row)
    session.flush()
    return row.confirmed_at is not None


def _place(user_id: int) -> str:
    return f"totp.sealed_secret.{user_id}"


SEALED = Sealed(Totp, "sealed_secret", lambda row: _place(row.user_id))


def _pending(user_id: int) -> str:
    return f"totp.enrolment.{user_id}"


def _secret_of(ticket: str, user_id: int, at: datetime) -> str:
    try:
        secret, until = json.loads(unseal(ticket, place=_pending(user_id)))
    except (CannotOpen, ValueError) as foreign:
        raise EnrolmentOver(_OVER) from foreign
    if at >= datetime.fromisoformat(until):
        raise EnrolmentOver(_OVER)
    return str(secret)


_OVER = (
    "This picture is too old to be confirmed. Nothing was changed; "
    "please start again, remove the entry from your app and scan the new picture."
)


def _step(secret: str, code: str, at: datetime) -> int | None:
    """The half minute this code belongs to, or None for a wrong one."""
    digits = "".join(code.split())
    if len(digits) != _DIGITS or not (digits.isascii() and digits.isdigit()):
        return None
    try:
        return TOTP(secret).verify_and_get_timecode(digits, for_time=at, valid_window=_WINDOW)
    except OTPVerificationError:
        return None


def _grouped(secret: str) -> str:
    return " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))


def _drawn(uri: str) -> str:
    """Dark on light in both themes: cameras read nothing else reliably."""
    return segno.make(uri, error="m").svg_inline(
        scale=5, border=4, dark="black", light="white", omitsize=True
    )
