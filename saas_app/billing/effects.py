"""Remembers by business key what has been done, so that nothing is done twice."""

from sqlmodel import Session

from saas_app.billing.models import BillingEffect
from saas_app.core import clock, upsert


def first_time(session: Session, key: str) -> bool:
    """True once per `key`, for ever; undone with the caller's transaction."""
    return upsert.added(session, BillingEffect, {"key": key, "at": clock.wall()})
