"""Closing an account: fourteen days to change one's mind, then everything goes but a tombstone."""

from datetime import datetime, timedelta

from sqlmodel import Session, col, select, update

from saas_app.accounts import letters, people, ways_in
from saas_app.accounts.models import User
from saas_app.accounts.own_data import held
from saas_app.accounts.own_data.models import AccountDeletion
from saas_app.audit import trail
from saas_app.core import clock, dates, live, logs
from saas_app.core.db import snapshot, transaction
from saas_app.core.errors import Conflict, SaasError
from saas_app.core.texts import text

TIME_TO_THINK = timedelta(days=14)
_REMIND_BEFORE = timedelta(days=3)
_log = logs.get(__name__)


def hindrances(session: Session, user_id: int) -> list[str]:
    """Why the account cannot be closed yet, each as a sentence that says what to do."""
    asked = (each.hinders(session, user_id) for each in held.slices() if each.hinders)
    return [sentence for sentence in asked if sentence]


def request(session: Session, user_id: int) -> AccountDeletion:
    """Note the wish and tell by letter. Asking twice is harmless. Raises Conflict when hindered."""
    # Two wishes at once would be two rows, and taking one back would leave the other.
    ways_in.locked(session, user_id)
    if waiting := pending(session, user_id):
        return waiting
    if hindered := hindrances(session, user_id):
        raise Conflict(" ".join(hindered))
    at = clock.now()
    row = AccountDeletion(user_id=user_id, requested_at=at, due_at=at + TIME_TO_THINK)
    session.add(row)
    session.flush()
    _tell(session, people.by_id(session, user_id), row, "deletion_requested")
    live.publish(session, live.user_topic(user_id))
    return row


def follow(user_id: int) -> None:
    """What the wish sets off at once, outside any transaction: above all, nothing is charged any more."""
    for each in held.slices():
        if each.on_request:
            each.on_request(user_id)


def pending(session: Session, user_id: int) -> AccountDeletion | None:
    waiting = select(AccountDeletion).where(
        AccountDeletion.user_id == user_id,
        col(AccountDeletion.canceled_at).is_(None),
        col(AccountDeletion.done_at).is_(None),
    )
    return session.exec(waiting).first()


def take_back(session: Session, user_id: int) -> bool:
    """The account stays; whether there was a wish to take back."""
    open_still = update(AccountDeletion).where(
        col(AccountDeletion.user_id) == user_id,
        col(AccountDeletion.canceled_at).is_(None),
        col(AccountDeletion.done_at).is_(None),
    )
    if not session.exec(open_still.values(canceled_at=clock.now())).rowcount:
        return False
    live.publish(session, live.user_topic(user_id))
    return True


def carry_out_due(now: datetime) -> int:
    """Erase whoever's time is over; how many. One that cannot be erased yet waits for the next turn."""
    with snapshot() as session:
        due = session.exec(_waiting().where(col(AccountDeletion.due_at) <= now)).all()
    return sum(_carried_out(row) for row in due)


def remind(now: datetime) -> int:
    """Tell three days before; each wish once, whoever asks how often."""
    with transaction() as session:
        soon = session.exec(
            _waiting().where(
                col(AccountDeletion.due_at) <= now + _REMIND_BEFORE,
                col(AccountDeletion.due_at) > now,
            )
        ).all()
        for row in soon:
            _tell(session, people.by_id(session, row.user_id), row, "deletion_soon")
    return len(soon)


def _waiting():  # noqa: ANN202 — SQLModel's own type of a select has no public name
    return select(AccountDeletion).where(
        col(AccountDeletion.canceled_at).is_(None), col(AccountDeletion.done_at).is_(None)
    )


def _carried_out(row: AccountDeletion) -> bool:
    # The ones before took their time with the outside: this person may have thought better of it.
    if not _still_wished(row):
        return False
    try:
        for each in reversed(held.slices()):
            if each.before:
                each.before(row.user_id)
    except SaasError as hindered:
        _log.warning("account.erasure_waits", deletion=row.id, code=hindered.code)
        return False
    with transaction() as session:
        stored = session.get_one(
            AccountDeletion, row.id, with_for_update=True, populate_existing=True
        )
        if stored.done_at is None and stored.canceled_at is None:
            _erase(session, stored)
    return True


def _still_wished(row: AccountDeletion) -> bool:
    with snapshot() as session:
        return session.exec(_waiting().where(AccountDeletion.id == row.id)).first() is not None


def _erase(session: Session, row: AccountDeletion) -> None:
    user = session.get_one(User, row.user_id)
    farewell = {"to": user.email, "key": f"erased:{row.id}"}
    for each in reversed(held.slices()):
        if each.erase:
            each.erase(session, row.user_id)
        for table in reversed(each.tables):
            if not table.stays:
                held.erase(session, table, row.user_id)
    _make_a_tombstone(user)
    session.add(user)
    row.done_at = clock.now()
    row.report = {"stays": [each.name for each in held.tables() if each.stays]}
    session.add(row)
    letters.write(session, "account_erased", user, path="", **farewell)
    trail.record(session, "account.erased", actor_id=row.user_id)
    live.publish(session, live.user_topic(row.user_id))


def _make_a_tombstone(user: User) -> None:
    """What others' rows point at, and nothing of the person: an address that is nobody's."""
    nobody = f"erased-{user.id}@erased.invalid"
    fresh = User(
        email=nobody,
        email_key=nobody,
        password_hash="",
        created_at=user.created_at,
        sessions_valid_from=clock.wall(),
        erased_at=clock.now(),
    )
    for name, value in fresh.model_dump(exclude={"id"}).items():
        setattr(user, name, value)


def _tell(session: Session, user: User, row: AccountDeletion, kind: str) -> None:
    day = dates.day(row.due_at, user.time_zone)
    key = f"{kind}:{row.id}"
    if kind == "deletion_soon":
        letters.write(session, "deletion_soon", user, path="/settings/account", key=key, day=day)
    else:
        letters.write(
            session, "deletion_requested", user, path="/settings/account", key=key, day=day
        )


def stays() -> list[str]:
    """What is kept after all, and why, as sentences for the person who goes."""
    return [text(each.stays) for each in held.tables() if each.stays]
