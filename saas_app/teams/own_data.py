"""What teams hold of a person: the invitations of a workspace that is theirs alone, and those to their address."""

from collections.abc import Sequence

from sqlmodel import Session, col, or_, select

from saas_app.accounts import people
from saas_app.accounts.own_data import held
from saas_app.accounts.own_data.held import Held, Slice
from saas_app.billing import seats as paid_seats
from saas_app.entitlements import seating
from saas_app.teams.models import Invitation
from saas_app.workspaces import memberships
from saas_app.workspaces.own_data import alone_in


def _theirs(session: Session, user_id: int) -> Sequence[int]:
    address = people.by_id(session, user_id).email_key
    mine = select(Invitation.id).where(
        or_(
            col(Invitation.workspace_id).in_(alone_in(session, user_id)),
            Invitation.email_key == address,
            Invitation.accepted_by == user_id,
            Invitation.invited_by == user_id,
        )
    )
    return [ident for ident in session.exec(mine) if ident is not None]


def install() -> None:
    table = Held(Invitation, owner="id", whose=_theirs, hidden=frozenset({"token_digest"}))
    held.register("teams", Slice((table,), erase=_free_seats))


def _free_seats(session: Session, user_id: int) -> None:
    """Who waits in a team for a seat gets the one that is freed."""
    for place in memberships.places_of(session, user_id):
        ident = memberships.ident(place.workspace)
        paid_seats.members_changed(session, ident)
        seating.members_changed(session, ident)
