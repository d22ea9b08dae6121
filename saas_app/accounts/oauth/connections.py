"""Connecting a provider account to one of ours and taking it away again, each told by letter."""

from sqlmodel import Session, col, delete

from saas_app.accounts import letters, people, ways_in
from saas_app.accounts.models import User
from saas_app.accounts.oauth import identities
from saas_app.accounts.oauth.claims import Proof
from saas_app.accounts.oauth.errors import IdentityTaken
from saas_app.accounts.oauth.providers import LABELS
from saas_app.accounts.second_factor.models import PendingLogin
from saas_app.audit import trail
from saas_app.audit.trail import Origin
from saas_app.core.errors import NotFound


def connect(session: Session, user: User, proof: Proof, origin: Origin) -> bool:
    """False where it was connected to this very account before. Raises IdentityTaken."""
    user_id = people.ident(user)
    if not identities.add(session, user_id, proof):
        known = identities.find(session, proof)
        if known is None or known.user_id != user_id:
            raise IdentityTaken(
                f"That {LABELS[proof.provider]} account opens another account here. Nothing was changed; log in with it and disconnect it there first."
            )
        return False
    _told(session, user, "provider_connected", proof.provider, proof.email)
    _noted(session, user_id, "identity.connected", proof.provider, origin)
    return True


def disconnect(session: Session, user_id: int, identity_id: int, origin: Origin) -> None:
    """Raises NotFound, and LastWayIn where nobody could log in afterwards. Exact under races."""
    user = ways_in.locked(session, user_id)
    row = identities.mine(session, user_id, identity_id)
    if row is None:
        raise NotFound("That connection is not there (any more). Nothing was changed.")
    ways_in.require_another(session, user)
    session.delete(row)
    # A log-in that began with it must not be finished after it.
    session.exec(delete(PendingLogin).where(col(PendingLogin.user_id) == user_id))
    session.flush()
    _told(session, user, "provider_disconnected", row.provider, row.email)
    _noted(session, user_id, "identity.disconnected", row.provider, origin)


def _told(session: Session, user: User, kind: str, provider: str, email: str) -> None:
    account = f"{LABELS[provider]} ({email})" if email else LABELS[provider]
    if kind == "provider_connected":
        letters.write(session, "provider_connected", user, path=letters.SECURITY, account=account)
    else:
        letters.write(
            session, "provider_disconnected", user, path=letters.SECURITY, account=account
        )


def _noted(session: Session, user_id: int, event: str, provider: str, origin: Origin) -> None:
    trail.record(session, event, actor_id=user_id, origin=origin, provider=provider)
