"""Asking somebody in by e-mail: asked, asked again, taken back. A letter's token works once."""

from datetime import datetime, timedelta

from sqlalchemy.sql.dml import Update
from sqlmodel import Session, col, delete, select, update

from saas_app.accounts import email_address, people
from saas_app.accounts.email_address import Address
from saas_app.audit import trail
from saas_app.audit.trail import Origin
from saas_app.core import clock, ids, live, rate_limit, tokens
from saas_app.core.errors import Invalid, NotAllowed, NotFound
from saas_app.core.settings import settings
from saas_app.core.texts import text
from saas_app.entitlements import access, stock
from saas_app.entitlements.errors import refusal
from saas_app.notifications import mail
from saas_app.plans.decide import Denied, decide
from saas_app.plans.features import Feature
from saas_app.teams import seats
from saas_app.teams.errors import AlreadyInvited, AlreadyMember, InvitationOver
from saas_app.teams.models import Invitation
from saas_app.workspaces import memberships
from saas_app.workspaces.models import Membership, Workspace
from saas_app.workspaces.roles import Permission, Role, may_appoint

LASTS = timedelta(days=7)
PAGE = "/invitation"
_HOUR, _DAY = 3600, 86400


def parsed(email: str, role: str) -> tuple[Address, Role]:
    """What somebody typed, every problem at once. Raises Invalid."""
    problems: dict[str, str] = {}
    address = None
    try:
        address = email_address.parse(email)
    except Invalid as wrong:
        problems.update(wrong.fields)
    if role not in set(Role) - {Role.OWNER}:
        problems["role"] = text("team.unknown_role")
    if problems or address is None:
        raise Invalid(text("team.not_invited"), fields=problems)
    return address, Role(role)


def count(workspace_id: int, address: Address) -> None:
    """One more letter of this workspace, to this mailbox. Raises TooMany."""
    rate_limit.hit("invite.workspace", str(workspace_id), limit=100, seconds=_HOUR)
    rate_limit.hit("invite.pair", f"{workspace_id} {address.key}", limit=5, seconds=_HOUR)
    # Many workspaces together must not flood a mailbox either.
    rate_limit.hit("invite.mailbox", address.key, limit=20, seconds=_DAY)


def invite(
    session: Session, workspace_id: int, actor_id: int, address: Address, role: Role, origin: Origin
) -> Invitation:
    """Ask somebody in, and write to them.

    Raises NotAllowed, AlreadyMember, AlreadyInvited, and NeedsUpgrade or LimitReached where the
    plan has no such role or no seat left.
    """
    workspace = memberships.require(session, workspace_id, actor_id, Permission.MANAGE_MEMBERS)
    memberships.locked(session, workspace_id)
    _may_give(session, workspace_id, actor_id, role)
    known = people.by_address(session, address)
    if known and session.get(Membership, (workspace_id, people.ident(known))):
        raise AlreadyMember(text("team.already_member", email=address.written))
    _not_asked_yet(session, workspace_id, address)
    stock.take(session, workspace_id, Feature.SEATS, used=lambda s: seats.taken(s, workspace_id))
    issued, at = tokens.issue(), clock.wall()
    row = Invitation(
        workspace_id=workspace_id,
        email=address.written,
        email_key=address.key,
        role=role,
        token_digest=issued.digest,
        invited_by=actor_id,
        created_at=at,
        sent_at=at,
        expires_at=at + LASTS,
    )
    session.add(row)
    session.flush()
    _write(session, workspace, row, issued.plain)
    _note(session, "team.invited", row, actor_id, origin)
    return row


def resend(
    session: Session, workspace_id: int, actor_id: int, key: str, origin: Origin
) -> Invitation:
    """Another letter with another link, good for as long again; the one before opens nothing more.

    An expired one takes a seat again. Raises NotFound, NotAllowed, InvitationOver, LimitReached,
    and AlreadyInvited where the same person was asked anew since it expired.
    """
    workspace = memberships.require(session, workspace_id, actor_id, Permission.MANAGE_MEMBERS)
    memberships.locked(session, workspace_id)
    row = find(session, workspace_id, key)
    _may_give(session, workspace_id, actor_id, Role(row.role))
    held = int(row.expires_at > clock.wall())
    if not held:
        _not_asked_yet(session, workspace_id, address_of(row))
    stock.take(
        session,
        workspace_id,
        Feature.SEATS,
        used=lambda s: seats.taken(s, workspace_id) - held,
        adding=0 if held else 1,
    )
    issued, at = tokens.issue(), clock.wall()
    again = _unanswered(row).values(
        token_digest=issued.digest, sent_at=at, expires_at=at + LASTS, invited_by=actor_id
    )
    if session.exec(again).rowcount != 1:
        raise InvitationOver(text("team.invitation_over"))
    session.refresh(row)
    _write(session, workspace, row, issued.plain)
    _note(session, "team.invited_again", row, actor_id, origin)
    return row


def revoke(session: Session, workspace_id: int, actor_id: int, key: str, origin: Origin) -> None:
    """Take it back: its link opens nothing more, its seat is free. Raises NotFound, NotAllowed, InvitationOver."""
    memberships.require(session, workspace_id, actor_id, Permission.MANAGE_MEMBERS)
    row = find(session, workspace_id, key)
    _may_give(session, workspace_id, actor_id, Role(row.role), of_plan=False)
    if session.exec(_unanswered(row).values(revoked_at=clock.wall())).rowcount != 1:
        raise InvitationOver(text("team.invitation_over"))
    _note(session, "team.invitation_revoked", row, actor_id, origin)


def revoke_of(session: Session, workspace_id: int, inviter_id: int, now: Role | None) -> None:
    """Whoever may not give a role any more has not asked anybody into it; None, who is gone, gives none."""
    beyond = [role.value for role in Role if now is None or not may_appoint(now, role)]
    theirs = update(Invitation).where(
        col(Invitation.workspace_id) == workspace_id,
        col(Invitation.invited_by) == inviter_id,
        col(Invitation.role).in_(beyond),
        seats.is_open(),
    )
    session.exec(theirs.values(revoked_at=clock.wall()))


def find(session: Session, workspace_id: int, key: str) -> Invitation:
    """Raises NotFound for another workspace's and a missing one alike."""
    row = session.exec(select(Invitation).where(Invitation.key == key)).first()
    if row is None or row.workspace_id != workspace_id or row.accepted_at or row.revoked_at:
        raise NotFound(text("team.no_such_invitation"))
    return row


def waiting(session: Session, workspace_id: int) -> list[Invitation]:
    """Not answered yet, expired ones too: they can be sent again. The newest first."""
    rows = select(Invitation).where(
        Invitation.workspace_id == workspace_id,
        col(Invitation.accepted_at).is_(None),
        col(Invitation.revoked_at).is_(None),
    )
    return list(session.exec(rows.order_by(col(Invitation.id).desc())))


def address_of(row: Invitation) -> Address:
    return Address(row.email, row.email_key)


def purge(session: Session, before: datetime) -> int:
    """Forget what was answered, taken back or had expired before this moment."""
    return session.exec(delete(Invitation).where(col(Invitation.expires_at) < before)).rowcount


def _not_asked_yet(session: Session, workspace_id: int, address: Address) -> None:
    """Nobody holds two open invitations at once. Raises AlreadyInvited."""
    rows = select(Invitation).where(
        Invitation.workspace_id == workspace_id,
        Invitation.email_key == address.key,
        seats.is_open(),
    )
    if session.exec(rows).first() is not None:
        raise AlreadyInvited(text("team.already_invited", email=address.written))


def _unanswered(row: Invitation) -> Update:
    return update(Invitation).where(
        col(Invitation.id) == row.id,
        col(Invitation.accepted_at).is_(None),
        col(Invitation.revoked_at).is_(None),
    )


def _may_give(
    session: Session, workspace_id: int, actor_id: int, role: Role, *, of_plan: bool = True
) -> None:
    """Raises NotAllowed, and NeedsUpgrade where the plan knows no such role."""
    mine = memberships.role_of(session, workspace_id, actor_id, anew=True)
    if mine is None or not may_appoint(mine, role):
        raise NotAllowed(text("team.may_not_give", role=text(f"team.role.{role.value}")))
    standing = access.of(session, workspace_id, clock.now())
    answer = decide(standing, Feature.TEAM_ROLES, item=role.value)
    if of_plan and isinstance(answer, Denied):
        raise refusal(answer, standing)


def _write(session: Session, workspace: Workspace, row: Invitation, plain: str) -> None:
    inviter = people.by_id(session, row.invited_by)
    mail.write(
        session,
        "team_invitation",
        key=ids.new("invitation"),
        to=row.email,
        link=f"{settings().origin}{PAGE}?token={plain}",
        workspace=workspace.name,
        inviter=f"{inviter.name} ({inviter.email})" if inviter.name else inviter.email,
        role=text(f"team.role.{row.role}"),
        days=LASTS.days,
    )


def _note(session: Session, event: str, row: Invitation, actor_id: int, origin: Origin) -> None:
    trail.record(
        session,
        event,
        actor_id=actor_id,
        workspace_id=row.workspace_id,
        origin=origin,
        invitation=row.key,
        role=row.role,
    )
    live.publish(session, live.workspace_topic(row.workspace_id))
