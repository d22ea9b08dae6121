"""Telling whether a person is who they say, without telling a guesser anything."""

from saas_app.accounts import email_address, passwords, people
from saas_app.accounts.errors import Unverified, WrongCredentials
from saas_app.accounts.models import User
from saas_app.core import rate_limit
from saas_app.core.db import snapshot, transaction
from saas_app.core.errors import Invalid

# Attempts are counted before the password is looked at. Per address-and-place stops a guesser,
# per place a spray, per address a distributed guess; none locks an account for its owner for long.
_ATTEMPTS = (("login.pair", 8, 300), ("login.place", 60, 300), ("login.person", 40, 900))


def authenticate(email: str, password: str, *, place: str) -> User:
    """The person with this address and password. `place` is the address the request came from.

    Raises WrongCredentials, Unverified, TooMany. Opens its own short transactions around the
    slow hash: an edge calls it outside of any.
    """
    try:
        address = email_address.parse(email)
    except Invalid as wrong:
        raise WrongCredentials(_WRONG) from wrong
    keys = (f"{address.key} {place}", place, address.key)
    for (name, limit, seconds), key in zip(_ATTEMPTS, keys, strict=True):
        rate_limit.hit(name, key, limit=limit, seconds=seconds)
    with snapshot() as session:
        user = people.by_address(session, address)
    matches, fresh = passwords.verified(password, user.password_hash if user else None)
    if user is None or not matches:
        raise WrongCredentials(_WRONG)
    if user.email_verified_at is None:
        raise Unverified(
            f"Your password is right, but {user.email} is not confirmed yet. We sent a letter with a link to it; "
            "look into the spam folder too, or ask for another letter.",
            email=user.email,
        )
    if fresh:
        _store(user, fresh)
    return user


_WRONG = "That address and password do not belong together. Nothing was changed; please check both, or choose a new password."


def _store(user: User, fresh: str) -> None:
    with transaction() as session:
        stored = people.by_id(session, people.ident(user))
        stored.password_hash = fresh
        session.add(stored)
