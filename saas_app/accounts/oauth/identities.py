"""Which provider accounts open which of ours."""

from collections.abc import Sequence

from sqlmodel import Session, col, delete, select

from saas_app.accounts.oauth.claims import Proof
from saas_app.accounts.oauth.models import Identity
from saas_app.core import clock, upsert


def find(session: Session, proof: Proof) -> Identity | None:
    """By what the provider never gives to anybody else; never by the address."""
    key = select(Identity).where(
        Identity.provider == proof.provider,
        Identity.tenant == proof.tenant,
        Identity.subject == proof.subject,
    )
    return session.exec(key).first()


def of(session: Session, user_id: int) -> Sequence[Identity]:
    """The oldest first."""
    mine = select(Identity).where(Identity.user_id == user_id)
    return session.exec(mine.order_by(col(Identity.id))).all()


def mine(session: Session, user_id: int, identity_id: int) -> Identity | None:
    """None for one that is not there and for somebody else's alike."""
    row = session.get(Identity, identity_id)
    return row if row is not None and row.user_id == user_id else None


def add(session: Session, user_id: int, proof: Proof) -> bool:
    """False where it opens an account already, even since this moment."""
    row = Identity(
        user_id=user_id,
        provider=proof.provider,
        tenant=proof.tenant,
        subject=proof.subject,
        email=proof.email,
        created_at=clock.now(),
    )
    return upsert.added(session, Identity, row.model_dump(exclude={"id"}))


def note_use(session: Session, row: Identity, proof: Proof) -> None:
    row.last_used_at = clock.now()
    row.email = proof.email or row.email
    session.add(row)


def forget_all(session: Session, user_id: int) -> None:
    """Whoever connected them before the address was proved may have been a stranger."""
    session.exec(delete(Identity).where(col(Identity.user_id) == user_id))
