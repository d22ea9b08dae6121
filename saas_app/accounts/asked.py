"""Letters that a stranger may ask for by typing an address.

The answer must not tell whether the address is known, not even by its time. So a request does the
same for both, and what differs happens in a task, after the answer.
"""

from sqlmodel import Session

from saas_app.accounts import devices, email_address, passwords, people, reset, signup
from saas_app.accounts.email_address import Address
from saas_app.core import ids, rate_limit
from saas_app.core.db import snapshot, transaction
from saas_app.core.errors import NotFound
from saas_app.core.tasks import Payload, enqueue, task

_RESET = "accounts.reset_asked"
_CONFIRM = "accounts.confirmation_asked"
_HOUR = 3600
# One place may ask a few times; many places together not much more, or they would flood a
# mailbox. Neither uses up what the owner may ask for from a browser they used before.
_FROM_STRANGERS = (("letters.pair", 5), ("letters.person", 20))
_FROM_A_KNOWN_DEVICE = ("letters.device", 5)


def count(address: Address, *, place: str, device: str) -> None:
    """One more letter to this address. Raises TooMany."""
    with snapshot() as session:
        known = devices.recognised(session, people.id_by_address(session, address), device)
    if known is not None:
        name, limit = _FROM_A_KNOWN_DEVICE
        rate_limit.hit(name, known.digest, limit=limit, seconds=_HOUR)
        return
    keys = (f"{address.key} {place}", address.key)
    for (name, limit), key in zip(_FROM_STRANGERS, keys, strict=True):
        rate_limit.hit(name, key, limit=limit, seconds=_HOUR)


def reset_link(session: Session, email: str) -> None:
    """A link to choose a new password, if the address is known. Raises Invalid for a non-address."""
    _later(session, _RESET, email)


def confirmation(session: Session, email: str) -> None:
    """The confirmation letter again, where one is due. Raises Invalid for a non-address."""
    _later(session, _CONFIRM, email)


def _later(session: Session, name: str, email: str) -> None:
    payload: Payload = {"user_id": people.id_by_address(session, email_address.parse(email))}
    enqueue(session, name, ids.new("asked"), payload)


@task(_RESET)
def _send_reset(payload: Payload) -> None:
    with transaction() as session:
        try:
            user = people.by_id(session, payload["user_id"])
        except NotFound:
            return
        reset.send(session, user)


@task(_CONFIRM)
def _send_confirmation(payload: Payload) -> None:
    with transaction() as session:
        try:
            user = people.by_id(session, payload["user_id"])
        except NotFound:
            return
        if user.email_verified_at is not None:
            return
        if user.password_hash == passwords.NOT_CHOSEN:
            reset.send(session, user)
        else:
            signup.send_verification(session, user)
