"""Adds facts to the audit chain and proves that nobody changed one."""

import hashlib
import ipaddress
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlmodel import Session, col, or_, select

from saas_app.audit.models import AuditLog, AuditPersonal
from saas_app.core import clock

_GENESIS = "0" * 64
# One writer at a time extends the chain; SQLite has one anyway. Any constant will do.
_CHAIN_LOCK = 7_301_001


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a request came from, as far as we may keep it: address and user agent."""

    address: str = ""
    agent: str = ""

    @property
    def place(self) -> str:
        """The address as throttles count it: of IPv6 the /64, which one line holds whole."""
        try:
            there = ipaddress.ip_address(self.address)
        except ValueError:
            return self.address
        if there.version == 4:  # noqa: PLR2004 — the protocol's own number
            return str(there)
        return str(there.ipv4_mapped or ipaddress.ip_network((there, 64), strict=False))


NOWHERE = Origin()


def record(
    session: Session,
    event: str,
    *,
    actor_id: int | None = None,
    workspace_id: int | None = None,
    origin: Origin = NOWHERE,
    **data: Any,
) -> None:
    """Add one fact to the chain, in the caller's transaction. `data` holds ids, never secrets."""
    # The caller's own rows first: everybody takes the chain's lock last, so nobody waits in a ring.
    session.flush()
    if session.get_bind().dialect.name == "postgresql":
        session.connection().execute(
            text("select pg_advisory_xact_lock(:key)"), {"key": _CHAIN_LOCK}
        )
    last = session.exec(select(AuditLog.digest).order_by(col(AuditLog.id).desc()).limit(1)).first()
    salt = secrets.token_hex(16)
    row = AuditLog(
        created_at=clock.now(),
        event=event,
        actor_id=actor_id,
        workspace_id=workspace_id,
        data=data,
        personal_digest=_personal_digest(salt, origin),
        previous_digest=last or _GENESIS,
        digest="",
    )
    row.digest = _digest(row)
    session.add(row)
    session.flush()
    if origin != NOWHERE and row.id is not None:
        session.add(
            AuditPersonal(audit_id=row.id, salt=salt, address=origin.address, agent=origin.agent)
        )


@dataclass(frozen=True, slots=True)
class Fact:
    """One audited fact as its actor may see it."""

    id: int
    at: datetime
    event: str
    origin: Origin


def of_person(session: Session, actor_id: int, slices: Sequence[str], *, limit: int) -> list[Fact]:
    """The latest of what this person did, or was done in their name, in these slices (`account.`)."""
    mine = (
        select(AuditLog, AuditPersonal)
        .join(AuditPersonal, col(AuditPersonal.audit_id) == col(AuditLog.id), isouter=True)
        .where(
            AuditLog.actor_id == actor_id,
            or_(*(col(AuditLog.event).startswith(slice_) for slice_ in slices)),
        )
        .order_by(col(AuditLog.id).desc())
        .limit(limit)
    )
    return [
        Fact(
            row.id or 0,
            row.created_at,
            row.event,
            Origin(personal.address, personal.agent) if personal else NOWHERE,
        )
        for row, personal in session.exec(mine)
    ]


@dataclass(frozen=True, slots=True)
class Deed:
    """One audited fact as those who look after the workspace may see it: no address, no browser."""

    id: int
    at: datetime
    event: str
    actor_id: int | None
    data: Mapping[str, Any]


def of_workspace(
    session: Session, workspace_id: int, slices: Sequence[str], *, limit: int, before: int = 0
) -> list[Deed]:
    """The latest in this workspace, in these slices (`team.`); `before` is the id to go on from."""
    rows = select(AuditLog).where(
        AuditLog.workspace_id == workspace_id,
        or_(*(col(AuditLog.event).startswith(slice_) for slice_ in slices)),
    )
    if before:
        rows = rows.where(col(AuditLog.id) < before)
    found = session.exec(rows.order_by(col(AuditLog.id).desc()).limit(limit))
    return [Deed(row.id or 0, row.created_at, row.event, row.actor_id, row.data) for row in found]


def first_broken(session: Session) -> int | None:
    """The id of the first row whose digest, predecessor or address does not fit, or None when all do.

    An erased address is fine, a changed one is not.
    """
    previous = _GENESIS
    rows = select(AuditLog, AuditPersonal).join(
        AuditPersonal, col(AuditPersonal.audit_id) == col(AuditLog.id), isouter=True
    )
    for row, personal in session.exec(rows.order_by(col(AuditLog.id))):
        if row.previous_digest != previous or row.digest != _digest(row):
            return row.id
        if personal and row.personal_digest != _personal_digest(
            personal.salt, Origin(personal.address, personal.agent)
        ):
            return row.id
        previous = row.digest
    return None


def _digest(row: AuditLog) -> str:
    fact: Mapping[str, Any] = {
        "at": row.created_at.isoformat(),
        "event": row.event,
        "actor": row.actor_id,
        "workspace": row.workspace_id,
        "data": row.data,
        "personal": row.personal_digest,
        "previous": row.previous_digest,
    }
    return hashlib.sha256(
        json.dumps(fact, sort_keys=True, separators=(",", ":")).encode()
    ).hexdigest()


def _personal_digest(salt: str, origin: Origin) -> str:
    """Salted, so that an erased address cannot be guessed back from the chain."""
    return hashlib.sha256(f"{salt}\n{origin.address}\n{origin.agent}".encode()).hexdigest()
