"""A new e-mail address: it counts when the old mailbox and the new one have both agreed.

The old one agrees so that a stranger at an open log-in cannot take the account away; the new one,
so that nobody loses theirs by a slip of the finger.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select, update

from saas_app.accounts import email_address, letters, links, people
from saas_app.accounts.email_address import Address
from saas_app.accounts.errors import LinkInvalid
from saas_app.accounts.links import LIFETIMES, Purpose
from saas_app.accounts.models import EmailChange, User
from saas_app.core import clock, ids
from saas_app.core.errors import Conflict, Invalid
from saas_app.core.settings import settings
from saas_app.notifications import mail


class Side(StrEnum):
    OLD = "old"
    NEW = "new"


PURPOSES = {Side.OLD: Purpose.LEAVE_ADDRESS, Side.NEW: Purpose.JOIN_ADDRESS}
_HOUR = 3600


def request(session: Session, user: User, email: str) -> EmailChange:
    """Write to both mailboxes; an earlier wish is dropped. Raises Invalid (field `email`).

    A taken address is treated alike, except that its owner is written to instead: whoever asks
    must not learn who has an account here.
    """
    address = email_address.parse(email)
    if address.key == user.email_key:
        raise Invalid(
            "That is your address already. Nothing was changed.",
            fields={"email": "Give another address than the present one."},
        )
    user_id = people.ident(user)
    cancel(session, user_id)
    change = _noted(session, user_id, address)
    old = links.issue(session, user_id, PURPOSES[Side.OLD])
    facts = {"old": user.email, "new": address.written, "hours": _hours()}
    letters.write(
        session, "leave_address", user, path=f"/change-email?side=old&token={old}", **facts
    )
    if people.by_address(session, address) is None:
        new = links.issue(session, user_id, PURPOSES[Side.NEW])
        path = f"/change-email?side=new&token={new}"
        letters.write(session, "join_address", user, path=path, to=address.written, **facts)
    else:
        mail.write(
            session,
            "address_taken",
            key=ids.new("taken"),
            to=address.written,
            link=f"{settings().origin}/login",
        )
    return change


def agree(session: Session, plain: str, side: Side) -> tuple[User, EmailChange]:
    """One mailbox says yes; with the second yes the address changes.

    Raises LinkInvalid, LinkExpired, LinkUsed, and Conflict when the address was taken meanwhile.
    """
    user_id = links.redeem(session, plain, PURPOSES[side])
    # The person first: two mailboxes that agree at once must not both be the first to.
    user = session.get_one(User, user_id, with_for_update=True, populate_existing=True)
    change = pending(session, user_id)
    if change is None:
        raise LinkInvalid(
            "This change of address was taken back or is too old. Nothing was changed; you can ask for it again in your settings."
        )
    if side is Side.OLD:
        change.old_agreed_at = clock.wall()
    else:
        change.new_agreed_at = clock.wall()
    session.add(change)
    if change.old_agreed_at and change.new_agreed_at:
        _carry_out(session, user, change)
    return user, change


@dataclass(frozen=True, slots=True)
class Moved:
    """Who is reached at another address from now on, and where they were before."""

    user_id: int
    old: str


_followers: list[Callable[[Session, Moved], None]] = []


def follow(follower: Callable[[Session, Moved], None]) -> None:
    """Slices above hand themselves in; each is told in the change's own transaction."""
    if follower not in _followers:
        _followers.append(follower)


def pending(session: Session, user_id: int) -> EmailChange | None:
    waiting = select(EmailChange).where(
        EmailChange.user_id == user_id,
        col(EmailChange.done_at).is_(None),
        col(EmailChange.canceled_at).is_(None),
        col(EmailChange.expires_at) > clock.wall(),
    )
    return session.exec(waiting.order_by(col(EmailChange.id).desc())).first()


def cancel(session: Session, user_id: int) -> None:
    """Take a wish back; the links of both letters stop working. Harmless where there is none."""
    session.exec(
        update(EmailChange)
        .where(
            col(EmailChange.user_id) == user_id,
            col(EmailChange.done_at).is_(None),
            col(EmailChange.canceled_at).is_(None),
        )
        .values(canceled_at=clock.wall())
    )
    for purpose in PURPOSES.values():
        links.void(session, user_id, purpose)


def _noted(session: Session, user_id: int, address: Address) -> EmailChange:
    at = clock.wall()
    change = EmailChange(
        user_id=user_id,
        email=address.written,
        email_key=address.key,
        created_at=at,
        expires_at=at + LIFETIMES[Purpose.JOIN_ADDRESS],
    )
    session.add(change)
    return change


def _carry_out(session: Session, user: User, change: EmailChange) -> None:
    facts = {"old": user.email, "new": change.email}
    letters.write(session, "address_changed", user, path=letters.SECURITY, **facts)
    user.email, user.email_key = change.email, change.email_key
    user.email_verified_at = clock.now()
    change.done_at = clock.wall()
    session.add_all([user, change])
    try:
        session.flush()
    except IntegrityError as taken:
        raise Conflict(
            "That address belongs to another account by now. Yours keeps its present one; nothing was changed."
        ) from taken
    for follower in _followers:
        follower(session, Moved(people.ident(user), facts["old"]))
    # A link to choose a password went to the old mailbox: it must not open the account any more.
    links.void(session, people.ident(user), Purpose.RESET_PASSWORD)
    letters.write(session, "address_changed", user, path="/settings/account", **facts)


def _hours() -> int:
    return int(LIFETIMES[Purpose.JOIN_ADDRESS].total_seconds() // _HOUR)
