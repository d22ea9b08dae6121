"""Remembers by business key what has been done, so that nothing is done twice."""

from sqlmodel import Session, col

from saas_app.billing.models import BillingEffect
from saas_app.billing.writing import insert
from saas_app.core import clock


def first_time(session: Session, key: str) -> bool:
    """True once per `key`, for ever; undone with the caller's transaction."""
    statement = insert(session, BillingEffect).values(key=key, at=clock.wall())
    written = statement.on_conflict_do_nothing().returning(col(BillingEffect.key))
    return session.connection().execute(written).first() is not None
