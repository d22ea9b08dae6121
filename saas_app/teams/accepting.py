"""Joining by invitation: only as the address that was asked, once, and never beyond the last seat."""

from datetime import datetime

from sqlmodel import Session, col, select, update

from saas_app.accounts import people
from saas_app.accounts.errors import LinkInvalid
from saas_app.accounts.models import User
from saas_app.accounts.people import addressee
from saas_app.audit import trail
from saas_app.audit.trail import Origin
from saas_app.billing import seats as paid_seats
from saas_app.core import clock, live, tokens, upsert
from saas_app.core.errors import NotFound
from saas_app.core.settings import settings
from saas_app.core.texts import text
from saas_app.entitlements import seating, stock
from saas_app.entitlements.errors import NeedsUpgrade
from saas_app.notifications.dispatch import notify
from saas_app.plans.features import Feature
from saas_app.teams import seats
from saas_app.teams.errors import (
    InvitationOver,
    LogInFirst,
    NoSeatFree,
    OtherAddress,
    SignUpFirst,
)
from saas_app.teams.models import Invitation
from saas_app.workspaces import memberships
from saas_app.workspaces.models import Membership, Workspace
from saas_app.workspaces.roles import Permission

TEAM = "/settings/team"


def by_token(session: Session, plain: str) -> Invitation:
    """What a mailed link stands for. Raises LinkInvalid."""
    digest = tokens.digest(plain)
    row = session.exec(select(Invitation).where(Invitation.token_digest == digest)).first()
    if row is None:
        raise LinkInvalid(text("team.unknown_link"))
    return row


def to_person(session: Session, user_id: int) -> list[tuple[Invitation, Workspace]]:
    """What this person was asked into and can still answer: by their proved address, no link needed."""
    user = people.by_id(session, user_id)
    if user.email_verified_at is None:
        return []
    mine = (
        select(Invitation, Workspace)
        .join(Workspace, col(Workspace.id) == col(Invitation.workspace_id))
        .where(
            Invitation.email_key == user.email_key,
            col(Workspace.deleted_at).is_(None),
            seats.is_open(),
        )
    )
    return list(session.exec(mine.order_by(col(Invitation.id))))


def of_person(session: Session, user_id: int, key: str) -> Invitation:
    """One of `to_person`. Raises NotFound."""
    for row, _ in to_person(session, user_id):
        if row.key == key:
            return row
    raise NotFound(text("team.no_such_invitation"))


def turn_away(session: Session, row: Invitation) -> LogInFirst | SignUpFirst | InvitationOver:
    """What to say to somebody who opened the link without being signed in."""
    if not _is_open(row):
        return InvitationOver(text("team.invitation_over"))
    workspace = memberships.by_id(session, row.workspace_id)
    known = session.exec(select(User.id).where(User.email_key == row.email_key)).first()
    words = {"workspace": workspace.name, "email": row.email}
    if known is None:
        return SignUpFirst(text("team.sign_up_first", **words))
    return LogInFirst(text("team.log_in_first", **words))


def accept(session: Session, row: Invitation, user_id: int, origin: Origin) -> Workspace:
    """Make this person a member. Accepted again by the same person, it is done already.

    Raises OtherAddress, InvitationOver, NoSeatFree, NotFound.
    """
    user = people.by_id(session, user_id)
    if user.email_key != row.email_key or user.email_verified_at is None:
        raise OtherAddress(text("team.other_address", asked=row.email, mine=user.email))
    workspace = memberships.locked(session, row.workspace_id)
    session.refresh(row)
    member = session.get(Membership, (row.workspace_id, user_id)) is not None
    if member and row.accepted_by == user_id:
        return workspace
    _spend(session, row, user_id)
    if member:
        return workspace
    try:
        stock.take(
            session,
            row.workspace_id,
            Feature.SEATS,
            used=lambda s: memberships.count(s, row.workspace_id),
        )
    except NeedsUpgrade as full:
        # Another's limit, and nothing this reader can lift: said in other words.
        raise NoSeatFree(text("team.no_seat_free", workspace=workspace.name)) from full
    _join(session, row, user, origin)
    return workspace


def decline(session: Session, row: Invitation, user_id: int, origin: Origin) -> None:
    """Raises InvitationOver."""
    unanswered = update(Invitation).where(col(Invitation.id) == row.id, seats.is_open())
    if session.exec(unanswered.values(revoked_at=clock.wall())).rowcount != 1:
        raise InvitationOver(text("team.invitation_over"))
    trail.record(
        session,
        "team.invitation_declined",
        actor_id=user_id,
        workspace_id=row.workspace_id,
        origin=origin,
        invitation=row.key,
    )
    live.publish(session, live.workspace_topic(row.workspace_id))
    live.publish(session, live.user_topic(user_id))


def tell_no_seat(session: Session, row: Invitation) -> None:
    """Somebody stands before the door: those who can free or buy a seat hear of it, once a day."""
    _tell(session, row, "team.no_seat", f"{row.key}:{clock.now():%Y-%m-%d}", who=row.email)


def _spend(session: Session, row: Invitation, user_id: int) -> None:
    """Of many at once, one succeeds."""
    unanswered = update(Invitation).where(col(Invitation.id) == row.id, seats.is_open())
    at = clock.wall()
    if session.exec(unanswered.values(accepted_at=at, accepted_by=user_id)).rowcount != 1:
        raise InvitationOver(text("team.invitation_over"))


def _join(session: Session, row: Invitation, user: User, origin: Origin) -> None:
    user_id = people.ident(user)
    member: dict[str, str | int | datetime] = {
        "workspace_id": row.workspace_id,
        "user_id": user_id,
        "role": row.role,
        "created_at": clock.now(),
    }
    upsert.added(session, Membership, member)
    trail.record(
        session,
        "team.joined",
        actor_id=user_id,
        workspace_id=row.workspace_id,
        origin=origin,
        invitation=row.key,
        role=row.role,
    )
    paid_seats.members_changed(session, row.workspace_id)
    seating.members_changed(session, row.workspace_id, user_id)
    _tell(session, row, "team.joined", row.key, who=user.name or user.email)
    live.publish(session, live.workspace_topic(row.workspace_id))
    live.publish(session, live.user_topic(user_id))


def _tell(session: Session, row: Invitation, kind: str, key: str, *, who: str) -> None:
    workspace = memberships.by_id(session, row.workspace_id)
    for person in memberships.able(session, row.workspace_id, Permission.MANAGE_MEMBERS):
        notify(
            session,
            addressee(person),
            key=f"{kind}:{key}",
            kind=kind,
            workspace_id=row.workspace_id,
            link=f"{settings().origin}{TEAM}",
            who=who,
            workspace=workspace.name,
        )


def _is_open(row: Invitation) -> bool:
    return not row.accepted_at and not row.revoked_at and row.expires_at > clock.wall()
