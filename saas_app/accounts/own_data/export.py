"""Everything we hold of a person, gathered by a task and kept for a week behind their log-in."""

from datetime import timedelta

from sqlmodel import Session, col, select, update

from saas_app.accounts import letters, people
from saas_app.accounts.models import ProfilePicture
from saas_app.accounts.own_data import archive, held
from saas_app.accounts.own_data.models import DataExport
from saas_app.core import clock, ids, live
from saas_app.core.db import snapshot, transaction
from saas_app.core.errors import Conflict, NotFound
from saas_app.core.settings import settings
from saas_app.core.tasks import Payload, enqueue, task
from saas_app.core.texts import text

KEPT_FOR = timedelta(days=7)
_GATHER = "own_data.gather"
# One that did not get ready in this time never will: another may be asked for.
STUCK_AFTER = timedelta(hours=1)


def request(session: Session, user_id: int) -> DataExport:
    """Put the gathering down. Raises Conflict while another is under way."""
    latest = last(session, user_id)
    if latest and latest.ready_at is None and clock.wall() - latest.requested_at < STUCK_AFTER:
        raise Conflict(text("own_data.under_way"))
    row = DataExport(key=ids.new("export"), user_id=user_id, requested_at=clock.wall())
    session.add(row)
    session.flush()
    enqueue(session, _GATHER, row.key, {"id": row.id})
    return row


def last(session: Session, user_id: int) -> DataExport | None:
    mine = select(DataExport).where(DataExport.user_id == user_id)
    return session.exec(mine.order_by(col(DataExport.id).desc())).first()


def opened(session: Session, user_id: int, key: str) -> bytes:
    """The archive. Raises NotFound for another's, an expired and a missing one alike."""
    row = session.exec(select(DataExport).where(DataExport.key == key)).first()
    expired = row is None or row.expires_at is None or row.expires_at <= clock.wall()
    if row is None or expired or row.user_id != user_id:
        raise NotFound(text("own_data.gone"))
    return row.archive


def purge(session: Session) -> int:
    """Empty what expired; the row stays as a sign that it was asked for."""
    old = update(DataExport).where(
        col(DataExport.expires_at) <= clock.wall(), col(DataExport.archive) != b""
    )
    return session.exec(old.values(archive=b"")).rowcount


@task(_GATHER)
def _gather(payload: Payload) -> None:
    with snapshot() as session:
        row = session.get(DataExport, payload["id"])
        if row is None or row.ready_at is not None:
            return
        user = people.by_id(session, row.user_id)
        tables = {
            each.name: held.rows(session, each, row.user_id)
            for each in held.tables()
            if each.exported
        }
        picture = session.get(ProfilePicture, row.user_id)
        readme = text("own_data.readme", brand=settings().brand, email=user.email)
    files = {"picture.webp": picture.image} if picture else {}
    made = archive.packed(tables, files, readme=readme)
    with transaction() as session:
        stored = session.get_one(DataExport, row.id)
        stored.archive, stored.ready_at = made, clock.wall()
        stored.expires_at = stored.ready_at + KEPT_FOR
        session.add(stored)
        letters.write(
            session,
            "export_ready",
            user,
            path="/settings/privacy",
            key=f"export:{row.key}",
            days=KEPT_FOR.days,
        )
        live.publish(session, live.user_topic(row.user_id))
