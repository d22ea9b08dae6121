"""What follows from a change at Stripe, in the same transaction as its mirror: columns, words, audit.

`workspace` and `customer` are billing's sync; `install` is what makes all of billing's ways
into it end here.
"""

from sqlmodel import Session

from saas_app.billing import sync as billing_sync
from saas_app.billing.mirror import Written
from saas_app.core import live
from saas_app.entitlements import history, seating, tidings
from saas_app.entitlements.contracts import acceptance

workspace = billing_sync.workspace
customer = billing_sync.customer


def install() -> None:
    """Called by the wiring, once; billing refuses to sync before."""
    billing_sync.install(follow)


def follow(session: Session, written: Written, ended: tuple[str, ...]) -> None:
    """Everything that must be true the moment the mirror is."""
    acceptance.follow(session, written.workspace_id)
    session.flush()
    for person in seating.plan_changed(session, written.workspace_id, written.at):
        if person.id is not None:
            live.publish(session, live.user_topic(person.id))
    history.remember(session, written.workspace_id, written.current, written.at)
    tidings.tell(session, written, ended)
    live.publish(session, live.workspace_topic(written.workspace_id))
