"""Promotion codes on a subscription that runs. Stripe decides whether one is taken; we say why not."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from saas_app.accounts.models import User
from saas_app.audit import trail
from saas_app.billing import asked, gateway, lease, sync
from saas_app.billing.changing import Promotion
from saas_app.billing.errors import NoSubscription, PromotionRefused
from saas_app.billing.mirror import Written
from saas_app.billing.models import Subscription
from saas_app.plans.access import Status
from saas_app.workspaces.memberships import ident
from saas_app.workspaces.models import Workspace

_RUNNING = frozenset({Status.TRIALING, Status.ACTIVE, Status.PAST_DUE})


def found(code: str) -> Promotion:
    """What is behind a code. Raises PromotionRefused for one that is not in force."""
    known = gateway.current().promotion(code.strip())
    if known is None:
        raise PromotionRefused("It does not exist or is not valid any more.")
    return known


def kept(row: Subscription) -> tuple[str, ...]:
    """The discounts that run already: a new one joins them."""
    return tuple(each["id"] for each in row.discounts)


def as_discount(promotion: Promotion) -> Mapping[str, Any]:
    return {**asdict(promotion), "ends_at": None}


def redeem(
    workspace: Workspace, actor: User, code: str, *, origin: trail.Origin = trail.NOWHERE
) -> Written:
    """Put a code on the subscription as it runs; it counts from the next invoice on.

    Raises PromotionRefused with the reason, NoSubscription.
    """
    with lease.held(ident(workspace), wait=sync.WAIT_SECONDS) as held:
        row = sync.under(held).current
        if row is None or row.status not in _RUNNING:
            raise NoSubscription
        promotion = found(code)
        if any(each.get("code") == promotion.code for each in row.discounts):
            raise PromotionRefused("It is on your subscription already.")
        # What runs already is part of the key: a click twice is once, and next year is another.
        beside = ":".join(kept(row)) or "none"
        gateway.current().redeem(
            row.stripe_id,
            promotion.id,
            kept=kept(row),
            key=f"redeem:{row.stripe_id}:{promotion.id}:{beside}",
        )
        asked.note(
            workspace,
            actor,
            origin,
            "billing.promotion_redeemed",
            subscription=row.stripe_id,
            code=promotion.code,
        )
        return sync.under(held)
