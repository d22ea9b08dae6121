"""Which catalogue is in force, and every one before it. The file is where a new one comes from."""

import hashlib
from dataclasses import dataclass

from sqlmodel import Session, col, select

from saas_app.billing import offer
from saas_app.billing.catalogue.models import CatalogueVersion
from saas_app.core import clock, live, upsert
from saas_app.core.db import snapshot
from saas_app.core.errors import Conflict
from saas_app.core.settings import settings
from saas_app.plans import catalogue as plans
from saas_app.plans.catalogue import Catalogue

TOPIC = "catalogue"


@dataclass(frozen=True, slots=True)
class VersionInForce:
    """`number` 0 and the file's own text where none was ever applied."""

    number: int
    source: str
    file_digest: str
    note: str = ""

    @property
    def catalogue(self) -> Catalogue:
        return plans.load(self.source)


class Overtaken(Conflict):
    code = "catalogue_changed"

    def __init__(self) -> None:
        super().__init__(
            "Somebody else changed the catalogue at the same time. Nothing of yours was applied; look at theirs and try again."
        )


def in_force(session: Session) -> VersionInForce:
    row = _newest(session)
    if row is None:
        text = offer.file_text(settings().catalog)
        return VersionInForce(0, text, digest(text))
    return VersionInForce(row.number, row.source, row.file_digest, row.note)


def from_file(session: Session, *, even_if_edited: bool = False) -> str:
    """The text to apply: the file's where it changed since the last time, else what is in force."""
    text = offer.file_text(settings().catalog)
    standing = in_force(session)
    changed = digest(text) != standing.file_digest
    return text if changed or even_if_edited else standing.source


def history(session: Session, most: int = 20) -> list[CatalogueVersion]:
    """Newest first."""
    mine = select(CatalogueVersion).where(CatalogueVersion.catalogue == settings().catalog)
    return list(session.exec(mine.order_by(col(CatalogueVersion.number).desc()).limit(most)))


def numbered(session: Session, number: int) -> CatalogueVersion | None:
    return session.exec(
        select(CatalogueVersion).where(
            CatalogueVersion.catalogue == settings().catalog, CatalogueVersion.number == number
        )
    ).first()


def keep(session: Session, source: str, *, after: int, note: str, by: int | None) -> int:
    """Put it in force as the version after `after`; its number. Raises Overtaken."""
    row = {
        "catalogue": settings().catalog,
        "number": after + 1,
        "source": source,
        "file_digest": digest(offer.file_text(settings().catalog)),
        "note": note,
        "applied_at": clock.now(),
        "applied_by": by,
    }
    if not upsert.added(session, CatalogueVersion, row):
        raise Overtaken
    live.publish(session, TOPIC)
    return after + 1


def refresh() -> int:
    """Let this process sell what is in force now; the version's number, 0 where the file counts."""
    with snapshot() as session:
        row = _newest(session)
    offer.put(settings().catalog, plans.load(row.source) if row else None)
    return row.number if row else 0


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _newest(session: Session) -> CatalogueVersion | None:
    return next(iter(history(session, 1)), None)
