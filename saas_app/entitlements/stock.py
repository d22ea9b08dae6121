"""Adding to what is kept (watchlist items, alerts, seats) without ever passing the limit, however many try at once."""

from collections.abc import Callable
from typing import TypeAlias

from sqlmodel import Session

from saas_app.core import clock
from saas_app.entitlements import access, nearing
from saas_app.entitlements.errors import refusal
from saas_app.plans.decide import Allowed, Denied, decide
from saas_app.plans.features import Feature
from saas_app.workspaces import memberships

Counted: TypeAlias = Callable[[Session], int]


def take(
    session: Session, workspace_id: int, feature: Feature, *, used: Counted, adding: int = 1
) -> Allowed:
    """Room for `adding` more, kept for the rest of this transaction. Raises LimitReached.

    Call it before the insert and in the same transaction: until that ends nobody else in the
    workspace gets past this line, so what `used` counts stays true.
    """
    memberships.locked(session, workspace_id)
    standing = access.of(session, workspace_id, clock.now())
    there = used(session)
    answer = decide(standing, feature, used=there, adding=adding)
    if isinstance(answer, Denied):
        raise refusal(answer, standing)
    # What is kept has no period: told again at most once a month, however often it goes up and down.
    month = clock.now().replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    nearing.tell(
        session, workspace_id, standing, feature, before=there, used=there + adding, period=month
    )
    return answer
