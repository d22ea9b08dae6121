"""What the team page does: each act in one transaction, by the rules of `teams`."""

from saas_app.accounts.sessions import SignedIn
from saas_app.audit.trail import NOWHERE
from saas_app.core.db import snapshot, transaction
from saas_app.core.texts import text
from saas_app.teams import invitations, members
from saas_app.workspaces import settings


def invite(who: SignedIn, email: str, role: str) -> str:
    """What to say then."""
    address, wanted = invitations.parsed(email, role)
    invitations.count(who.workspace_id, address)
    with transaction() as session:
        invitations.invite(session, who.workspace_id, who.user_id, address, wanted, NOWHERE)
    return text("team.invited", email=address.written, days=invitations.LASTS.days)


def resend(who: SignedIn, key: str) -> str:
    with snapshot() as session:
        row = invitations.find(session, who.workspace_id, key)
    invitations.count(who.workspace_id, invitations.address_of(row))
    with transaction() as session:
        invitations.resend(session, who.workspace_id, who.user_id, key, NOWHERE)
    return text("team.sent_again", email=row.email)


def revoke(who: SignedIn, key: str) -> str:
    with transaction() as session:
        invitations.revoke(session, who.workspace_id, who.user_id, key, NOWHERE)
    return text("team.revoked")


def set_role(who: SignedIn, member: int, role: str) -> str:
    with transaction() as session:
        members.change_role(session, who.workspace_id, who.user_id, member, role, NOWHERE)
    return text("team.role_set")


def remove(who: SignedIn, member: int) -> str:
    with transaction() as session:
        members.remove(session, who.workspace_id, who.user_id, member, NOWHERE)
    return text("team.gone")


def rename(who: SignedIn, name: str) -> str:
    with transaction() as session:
        settings.rename(session, who.workspace_id, who.user_id, name, NOWHERE)
    return text("profile.saved")
