"""A workspace's keys: made, listed, renamed, rotated, revoked. Whose role allows what is asked here."""

from dataclasses import dataclass
from datetime import timedelta

from sqlmodel import Session, col, or_, select

from saas_app.audit import trail
from saas_app.audit.trail import Origin
from saas_app.core import clock
from saas_app.core.errors import Conflict, Invalid, NotFound
from saas_app.core.texts import text
from saas_app.workspaces import memberships
from saas_app.workspaces.api_keys import scopes, secret
from saas_app.workspaces.api_keys.models import ApiKey
from saas_app.workspaces.roles import Permission, may

MOST = 25  # keys of one workspace that still open something
MOST_OWN = 10  # of one person in it, so that one alone does not take them all
LONGEST_NAME = 60
LONGEST_DAYS = 366
LONGEST_OVERLAP_HOURS = 72


@dataclass(frozen=True, slots=True)
class Wanted:
    """`days` until it expires; None never does."""

    name: str
    scopes: tuple[str, ...]
    days: int | None


@dataclass(frozen=True, slots=True)
class Made:
    """`plain` is the key itself, for its owner's eyes this once."""

    key: ApiKey
    plain: str


def make(session: Session, workspace_id: int, user_id: int, wanted: Wanted, origin: Origin) -> Made:
    """Raises Invalid naming the field, Conflict where the workspace or the person has as many as they may."""
    # First, so that who is sent away this moment makes none, and the last one is made once.
    memberships.locked(session, workspace_id)
    memberships.require(session, workspace_id, user_id, Permission.VIEW)
    granted = scopes.checked(wanted.scopes)
    if wanted.days is not None and not 1 <= wanted.days <= LONGEST_DAYS:
        raise Invalid(
            text("api_keys.refused"),
            fields={"days": text("api_keys.days_refused", most=LONGEST_DAYS)},
        )
    living = _living(session, workspace_id)
    if len(living) >= MOST:
        raise Conflict(text("api_keys.too_many", most=MOST))
    if living.count(user_id) >= MOST_OWN:
        raise Conflict(text("api_keys.too_many_own", most=MOST_OWN))
    at, new = clock.wall(), secret.written()
    row = ApiKey(
        name_outside=new.name_outside,
        workspace_id=workspace_id,
        user_id=user_id,
        name=_named(wanted.name),
        scopes=granted,
        digest=new.digest,
        created_at=at,
        expires_at=at + timedelta(days=wanted.days) if wanted.days else None,
    )
    session.add(row)
    session.flush()
    _record(session, "api_key.made", row, user_id, origin, scopes=granted)
    return Made(row, new.plain)


def of(session: Session, workspace_id: int, user_id: int) -> list[ApiKey]:
    """One's own living keys here, newest first; everybody's for who manages the workspace."""
    role = memberships.role_of(session, workspace_id, user_id)
    rows = (
        select(ApiKey)
        .where(ApiKey.workspace_id == workspace_id, col(ApiKey.revoked_at).is_(None))
        .order_by(col(ApiKey.id).desc())
    )
    if role is None or not may(role, Permission.MANAGE_SETTINGS):
        rows = rows.where(ApiKey.user_id == user_id)
    return list(session.exec(rows))


def rename(
    session: Session, workspace_id: int, user_id: int, name_outside: str, name: str
) -> ApiKey:
    """Raises NotFound, Invalid."""
    row = _own(session, workspace_id, user_id, name_outside)
    row.name = _named(name)
    session.add(row)
    return row


def rotate(
    session: Session,
    workspace_id: int,
    user_id: int,
    name_outside: str,
    *,
    overlap_hours: int,
    origin: Origin,
) -> Made:
    """A new secret for the same key; the one of before opens for so many hours more.

    Raises NotFound, Invalid.
    """
    if not 0 <= overlap_hours <= LONGEST_OVERLAP_HOURS:
        raise Invalid(
            text("api_keys.refused"),
            fields={"overlap_hours": text("api_keys.overlap_refused", most=LONGEST_OVERLAP_HOURS)},
        )
    row = _own(session, workspace_id, user_id, name_outside)
    new = secret.written(row.name_outside)
    row.previous_digest = row.digest if overlap_hours else ""
    row.previous_until = clock.wall() + timedelta(hours=overlap_hours) if overlap_hours else None
    row.digest = new.digest
    session.add(row)
    _record(session, "api_key.rotated", row, user_id, origin, overlap_hours=overlap_hours)
    return Made(row, new.plain)


def revoke(
    session: Session, workspace_id: int, user_id: int, name_outside: str, origin: Origin
) -> None:
    """One's own, or anybody's for who manages the workspace. Raises NotFound."""
    row = next(
        (key for key in of(session, workspace_id, user_id) if key.name_outside == name_outside),
        None,
    )
    if row is None:
        raise NotFound(text("api_keys.missing"))
    end(session, row, user_id, origin, "api_key.revoked")


def end(session: Session, row: ApiKey, actor_id: int | None, origin: Origin, event: str) -> None:
    """From the next call on it opens nothing."""
    row.revoked_at = clock.wall()
    session.add(row)
    _record(session, event, row, actor_id, origin)


def end_all(
    session: Session, workspace_id: int, user_id: int, actor_id: int, origin: Origin
) -> None:
    """For who does not belong here any more: asked in again, they begin without the keys of before."""
    theirs = select(ApiKey).where(
        ApiKey.workspace_id == workspace_id,
        ApiKey.user_id == user_id,
        col(ApiKey.revoked_at).is_(None),
    )
    for row in session.exec(theirs).all():
        end(session, row, actor_id, origin, "api_key.revoked")


def _own(session: Session, workspace_id: int, user_id: int, name_outside: str) -> ApiKey:
    """A secret is for its owner alone: not even an owner of the workspace rotates another's."""
    found = select(ApiKey).where(
        ApiKey.name_outside == name_outside,
        ApiKey.workspace_id == workspace_id,
        ApiKey.user_id == user_id,
        col(ApiKey.revoked_at).is_(None),
    )
    row = session.exec(found.with_for_update()).first()
    if row is None:
        raise NotFound(text("api_keys.missing"))
    return row


def _living(session: Session, workspace_id: int) -> list[int]:
    """Whose the workspace's keys are that still open something, a key each."""
    theirs = select(ApiKey.user_id).where(
        ApiKey.workspace_id == workspace_id,
        col(ApiKey.revoked_at).is_(None),
        or_(col(ApiKey.expires_at).is_(None), col(ApiKey.expires_at) > clock.wall()),
    )
    return list(session.exec(theirs))


def _named(name: str) -> str:
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise Invalid(
            text("api_keys.refused"),
            fields={"name": text("api_keys.name_refused", longest=LONGEST_NAME)},
        )
    return name


def _record(
    session: Session, event: str, row: ApiKey, actor_id: int | None, origin: Origin, **facts: object
) -> None:
    trail.record(
        session,
        event,
        actor_id=actor_id,
        workspace_id=row.workspace_id,
        origin=origin,
        key=row.name_outside,
        **facts,
    )
