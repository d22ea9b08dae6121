"""What a change would cost, to the cent, kept so that exactly this can be confirmed."""

from datetime import datetime

from saas_app.billing import gateway, lease, offer, promotions, sync
from saas_app.billing.change_plan import moves, quotes, standing
from saas_app.billing.change_plan.errors import CannotChange
from saas_app.billing.change_plan.moves import Bought, Hindrance, Standing, When
from saas_app.billing.changing import ChangeOrder, InvoicePreview, Promotion
from saas_app.billing.errors import NoSubscription, OtherCurrency, PromotionRefused
from saas_app.billing.lease import Lease
from saas_app.billing.models import ChangeQuote, Subscription
from saas_app.billing.purchase import seats_fault, wanted
from saas_app.core import clock
from saas_app.core.db import snapshot, transaction
from saas_app.core.errors import Invalid
from saas_app.workspaces.memberships import ident
from saas_app.workspaces.models import Workspace


def quote(
    workspace: Workspace,
    *,
    plan: str | None = None,
    interval: str | None = None,
    seats: int | None = None,
    code: str | None = None,
) -> ChangeQuote:
    """A preview of the change; what is not named stays as it is. Changes nothing.

    Raises CannotChange with the reason, NoSubscription, Invalid, OtherCurrency.
    """
    with lease.held(ident(workspace), wait=sync.WAIT_SECONDS) as held:
        row = running(held)
        return fresh(held, row, plan=plan, interval=interval, seats=seats, code=code)


def running(held: Lease) -> Subscription:
    """What is true now, not when the page was drawn. Raises NoSubscription."""
    row = sync.under(held).current
    if row is None:
        raise NoSubscription
    return row


def fresh(
    held: Lease,
    row: Subscription,
    *,
    plan: str | None,
    interval: str | None,
    seats: int | None,
    code: str | None = None,
) -> ChangeQuote:
    """The quote itself, for callers that hold the lease and have just looked."""
    with snapshot() as session:
        there = standing.of(session, row)
    if (hindrance := moves.hindered(there)) is not None:
        raise CannotChange(hindrance)
    target = _target(there, plan, interval, seats)
    if row.currency and target.price.amount.currency != row.currency:
        raise OtherCurrency(row.currency)
    verdict = moves.decide(offer.catalogue(), there, target)
    if isinstance(verdict, Hindrance):
        raise CannotChange(verdict, members=there.members)
    # Whole seconds: Stripe knows no others, and both of us must mean the same instant.
    at = clock.now().replace(microsecond=0)
    promotion = _promotion(code, verdict)
    asked = order(row, target, verdict, at, promotion.id if promotion else None)
    made = quotes.made(row, target, verdict, figures(asked), at, promotion)
    with transaction() as session:
        held.confirm(session)
        session.add(made)
    return made


def figures(order: ChangeOrder) -> InvoicePreview | None:
    """What Stripe would bill at once for it; None where nothing is billed now."""
    return gateway.current().preview(order) if order.charges else None


def order(
    row: Subscription, target: Bought, when: When, at: datetime, promotion: str | None
) -> ChangeOrder:
    moved = target.price.lookup_key != row.price
    return ChangeOrder(
        subscription=row.stripe_id,
        item=row.item or "",
        price=target.price.lookup_key if moved else None,
        seats=target.seats,
        at=at,
        charges=when is When.NOW,
        promotion=promotion,
        kept=promotions.kept(row),
    )


def _promotion(code: str | None, when: When) -> Promotion | None:
    if not code or not code.strip():
        return None
    if when is When.PERIOD_END:
        raise PromotionRefused("A code is for changes that begin now; use it on the billing page.")
    return promotions.found(code)


def _target(there: Standing, plan: str | None, interval: str | None, seats: int | None) -> Bought:
    """What is asked for. Whoever keeps plan and interval keeps their price, sold or retired."""
    now = there.bought
    assert now is not None  # noqa: S101 — moves.hindered let it pass
    plan, interval = plan or now.plan.id, interval or now.price.interval.value
    if (plan, interval) == (now.plan.id, now.price.interval.value):
        wished = seats or now.seats
        if wished != now.seats and (fault := seats_fault(now.plan, now.price, wished)):
            raise Invalid(
                f"{now.plan.name} is not sold like that. Nothing was changed.",
                fields={"seats": fault},
            )
        return Bought(now.plan, now.price, wished)
    purchase = wanted(plan, interval, seats or _seats(there, plan))
    return Bought(purchase.plan, purchase.price, purchase.seats)


def _seats(there: Standing, plan_id: str) -> int:
    """As many as there are now, or as the plan begins with; one where seats are not sold."""
    plan = offer.catalogue().find(plan_id)
    if plan is None or not plan.sold_per_seat:
        return 1
    least = min((price.min_seats for price in plan.on_offer), default=1)
    now = there.bought.seats if there.bought else 1
    return max(now, least, there.members)
