"""A person's passkeys: listed, renamed, removed."""

from sqlmodel import Session, col, select

from saas_app.accounts import letters, ways_in
from saas_app.accounts.passkeys import names
from saas_app.accounts.passkeys.models import Passkey
from saas_app.accounts.second_factor import switch
from saas_app.audit import trail
from saas_app.audit.trail import Origin
from saas_app.core.errors import Invalid, NotFound
from saas_app.core.texts import text


def of(session: Session, user_id: int) -> list[Passkey]:
    mine = select(Passkey).where(Passkey.user_id == user_id)
    return list(session.exec(mine.order_by(col(Passkey.id))))


def rename(session: Session, user_id: int, passkey_id: int, name: str) -> None:
    """Raises NotFound for a missing passkey and for somebody else's alike, Invalid for the name."""
    row = _mine(session, user_id, passkey_id)
    row.name = names.checked(name)
    if not row.name:
        raise Invalid(text("passkeys.name_refused"), fields={"name": text("passkeys.name_missing")})
    session.add(row)


def remove(session: Session, user_id: int, passkey_id: int, origin: Origin) -> None:
    """Raises NotFound as `rename` does, LastWayIn when nobody could log in without it."""
    _mine(session, user_id, passkey_id)
    user = ways_in.locked(session, user_id)
    ways_in.require_another(session, user)
    row = _mine(session, user_id, passkey_id)
    name = row.name
    session.delete(row)
    session.flush()
    switch.settle(session, user_id)
    letters.write(session, "passkey_removed", user, path=letters.SECURITY, passkey=name)
    trail.record(session, "passkey.removed", actor_id=user_id, origin=origin, passkey=passkey_id)


def _mine(session: Session, user_id: int, passkey_id: int) -> Passkey:
    found = select(Passkey).where(Passkey.id == passkey_id, Passkey.user_id == user_id)
    row = session.exec(found.execution_options(populate_existing=True)).first()
    if row is None:
        raise NotFound("That passkey is not there. Nothing was changed.")
    return row
