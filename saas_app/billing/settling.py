"""Carries out at Stripe what a look at a customer shows to be due: doubles, and money that was lost."""

from saas_app.billing import aftermath, gateway, lifecycle
from saas_app.billing.gateway import CustomerState, SubscriptionFacts
from saas_app.core import logs

_log = logs.get(__name__)


def settled(state: CustomerState, workspace_key: str) -> tuple[CustomerState, tuple[str, ...]]:
    """The state once all is carried out, and which doubles were ended. Call it under the lease."""
    doubles = lifecycle.surplus(state.subscriptions, workspace_key)
    lost = aftermath.to_end(state)
    for double in doubles:
        _give_back(double, state)
        _log.warning("billing.duplicate_ended", subscription=double.id)
        _end(double)
    for subscription in lost:
        if subscription not in doubles:
            _log.warning("billing.dispute_lost", subscription=subscription.id)
            _end(subscription)
    if not doubles and not lost:
        return state, ()
    again = gateway.current().state(state.customer.id)
    return again or state, tuple(s.id for s in doubles)


def _end(subscription: SubscriptionFacts) -> None:
    """Stripe lets nobody end what a schedule manages: a change booked for later goes first."""
    if subscription.schedule is not None:
        gateway.current().release(subscription.schedule)
    gateway.current().cancel_now(subscription.id)


def _give_back(double: SubscriptionFacts, state: CustomerState) -> None:
    """Before it is ended: after a crash in between it is still a double, and is settled again."""
    for payment in aftermath.to_refund(double, state):
        gateway.current().refund(
            payment.id,
            amount_cents=None,
            reason="duplicate",
            key=f"duplicate:{double.id}:{payment.id}:{payment.refunded_cents}",
        )
