"""Telling whether a person is who they say, without telling a guesser anything."""

from sqlmodel import Session, col, update

from saas_app.accounts import devices, email_address, passwords, people, ways_in
from saas_app.accounts.errors import Unverified, WrongCredentials
from saas_app.accounts.models import KnownDevice, User
from saas_app.core import rate_limit
from saas_app.core.db import snapshot, transaction
from saas_app.core.errors import Invalid

# Attempts are counted before the password is looked at. Per address-and-place stops a guesser,
# per place a spray, per address a distributed guess. A browser its owner used before has a ration
# of its own: whatever strangers try, they cannot delay the owner there.
_FROM_STRANGERS = (("login.pair", 8, 300), ("login.place", 60, 300), ("login.person", 40, 900))
_FROM_A_KNOWN_DEVICE = ("login.device", 10, 300)


def authenticate(email: str, password: str, *, place: str, device: str = "") -> User:
    """The person with this address and password.

    `place` is the address the request came from, `device` the cookie of a browser used before.

    Raises WrongCredentials, Unverified, TooMany. Opens its own short transactions around the
    slow hash: an edge calls it outside of any.
    """
    try:
        address = email_address.parse(email)
    except Invalid as wrong:
        raise WrongCredentials(_WRONG) from wrong
    with snapshot() as session:
        user = people.by_address(session, address)
        known = devices.recognised(session, people.ident(user) if user else 0, device)
    _count(address.key, place, known)
    matches, fresh = passwords.verified(password, user.password_hash if user else None)
    if user is None or not matches:
        raise WrongCredentials(_WRONG)
    if user.email_verified_at is None:
        raise Unverified(
            f"Your password is right, but {user.email} is not confirmed yet. We sent a letter with a link to it; "
            "look into the spam folder too, or ask for another letter.",
            email=user.email,
        )
    _forgive(address.key, place, known)
    if fresh:
        _store(user, fresh)
    return user


def still(session: Session, user: User) -> User:
    """The person again, if the password that was verified a moment ago is still theirs; locked.

    A log-in under way while the password is changed must not come out behind the change.
    Raises WrongCredentials.
    """
    stored = ways_in.locked(session, people.ident(user))
    if stored.password_hash != user.password_hash:
        raise WrongCredentials(_WRONG)
    return stored


_WRONG = "That address and password do not belong together. Nothing was changed; please check both, or choose a new password."


def _count(address_key: str, place: str, known: KnownDevice | None) -> None:
    if known is not None:
        name, limit, seconds = _FROM_A_KNOWN_DEVICE
        rate_limit.hit(name, known.digest, limit=limit, seconds=seconds)
        return
    keys = (f"{address_key} {place}", place, address_key)
    for (name, limit, seconds), key in zip(_FROM_STRANGERS, keys, strict=True):
        rate_limit.hit(name, key, limit=limit, seconds=seconds)


def _forgive(address_key: str, place: str, known: KnownDevice | None) -> None:
    """Wrong tries of before were the owner's own.

    The place's count stays: with one account of theirs, somebody could else guess at others for
    ever. So does a person's: their coming in must not give a distributed guesser new tries.
    """
    if known is not None:
        name, limit, seconds = _FROM_A_KNOWN_DEVICE
        rate_limit.clear(name, known.digest, limit=limit, seconds=seconds)
    name, limit, seconds = _FROM_STRANGERS[0]
    rate_limit.clear(name, f"{address_key} {place}", limit=limit, seconds=seconds)


def _store(user: User, fresh: str) -> None:
    """The same password, hashed anew; unless another one was chosen meanwhile."""
    same = update(User).where(
        col(User.id) == user.id, col(User.password_hash) == user.password_hash
    )
    with transaction() as session:
        if session.exec(same.values(password_hash=fresh)).rowcount == 1:
            user.password_hash = fresh
