"""Sends a workspace to a payment page, once, and takes it back from there. Sells nothing twice."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from saas_app.accounts.models import User
from saas_app.audit import trail
from saas_app.billing import asked, customers, gateway, lease, lifecycle, sync
from saas_app.billing.errors import AlreadySubscribed, OtherCurrency
from saas_app.billing.gateway import CheckoutFacts, CheckoutOrder, SubscriptionFacts
from saas_app.billing.mirror import Written
from saas_app.billing.models import Customer
from saas_app.billing.purchase import Purchase, wanted
from saas_app.core import clock
from saas_app.core.db import snapshot
from saas_app.core.errors import NotFound
from saas_app.core.settings import settings
from saas_app.workspaces.memberships import ident
from saas_app.workspaces.models import Workspace

SUCCESS_PATH = "/payment/success"
CANCEL_PATH = "/payment/canceled"
_SESSION_ID = re.compile(r"cs_(test|live)_[A-Za-z0-9]{4,200}")


@dataclass(frozen=True, slots=True)
class CheckoutStarted:
    url: str
    session_id: str


@dataclass(frozen=True, slots=True)
class CheckoutReturned:
    """`paid` is whether the page was completed; `written` is what the sync found."""

    paid: bool
    written: Written


def start(
    workspace: Workspace,
    actor: User,
    *,
    plan: str,
    interval: str,
    seats: int = 1,
    origin: trail.Origin = trail.NOWHERE,
) -> CheckoutStarted:
    """The page where this workspace pays for this plan.

    However often and wherever it is asked, there is one customer and one open page: a second
    click gets the same page, another choice closes the first. Raises AlreadySubscribed, Invalid.
    """
    purchase = wanted(plan, interval, seats)
    with lease.held(ident(workspace), wait=sync.WAIT_SECONDS) as held:
        customer = customers.ensure(workspace, actor)
        state = gateway.current().state(_stripe_id(customer))
        if state is None:  # deleted in the dashboard: forget it and begin again
            sync.under(held)
            customer = customers.ensure(workspace, actor)
        page = _page(workspace, customer, purchase, state.subscriptions if state else ())
    asked.note(
        workspace,
        actor,
        origin,
        "billing.checkout_started",
        plan=plan,
        interval=interval,
        seats=seats,
        checkout=page.session_id,
    )
    return page


def finish(session_id: str, workspace: Workspace) -> CheckoutReturned:
    """What the success page does: check that the session is this workspace's, then sync.

    A foreign session and an unknown one raise the same NotFound.
    """
    facts = gateway.current().checkout(session_id) if _SESSION_ID.fullmatch(session_id) else None
    with snapshot() as session:
        customer = session.get(Customer, ident(workspace))
    if facts is None or customer is None or not _belongs(facts, workspace, customer):
        raise NotFound(
            "That payment is not there. If you just paid, open Billing to see your plan."
        )
    return CheckoutReturned(facts.status == "complete", sync.workspace(ident(workspace)))


def _page(
    workspace: Workspace,
    customer: Customer,
    purchase: Purchase,
    history: Sequence[SubscriptionFacts],
) -> CheckoutStarted:
    stripe = gateway.current()
    _refuse_second(history)
    if customer.currency and customer.currency != purchase.price.amount.currency:
        raise OtherCurrency(customer.currency)
    for forgotten in lifecycle.unfinished(history):
        stripe.cancel_now(forgotten.id)
    pages = stripe.checkouts(_stripe_id(customer))
    trial = _trial(customer, purchase, history)
    for page in pages:
        if page.url and page.metadata.get("order") == purchase.order(trial):
            return CheckoutStarted(page.url, page.id)
    if pages:
        _close(pages)
        # Somebody may have paid on one of them since we looked: now nobody can any more.
        history = stripe.subscriptions(_stripe_id(customer))
        _refuse_second(history)
        trial = _trial(customer, purchase, history)
    latest = pages[0].id if pages else "first"
    made = stripe.start_checkout(_order(workspace, customer, purchase, trial, latest))
    return CheckoutStarted(_url(made), made.id)


def _trial(
    customer: Customer, purchase: Purchase, history: Sequence[SubscriptionFacts]
) -> int | None:
    """Once per workspace, whatever became of it."""
    return None if history or customer.trial_used_at else purchase.plan.trial_days


def _close(pages: Sequence[CheckoutFacts]) -> None:
    for page in pages:
        if page.url:
            gateway.current().expire_checkout(page.id)


def _refuse_second(history: Sequence[SubscriptionFacts]) -> None:
    if there := lifecycle.blocking(history):
        raise AlreadySubscribed(there.status)


def _order(
    workspace: Workspace, customer: Customer, purchase: Purchase, trial: int | None, latest: str
) -> CheckoutOrder:
    origin = settings().origin
    order = purchase.order(trial)
    return CheckoutOrder(
        customer=_stripe_id(customer),
        workspace_key=workspace.key,
        price=purchase.price.lookup_key,
        seats=purchase.seats,
        trial_days=trial,
        without_card=purchase.without_card if trial else None,
        promotion_codes=purchase.plan.promotion_codes,
        success_url=f"{origin}{SUCCESS_PATH}?session_id={{CHECKOUT_SESSION_ID}}",
        cancel_url=f"{origin}{CANCEL_PATH}",
        metadata={"workspace": workspace.key, "plan": purchase.plan.id, "order": order},
        # The page before this one is part of the key: two that race for the same next page get
        # the same page, and the next purchase gets another. The hour is, too: Stripe repeats
        # a failure under the same key for a day, and nobody should be locked out that long.
        key=f"checkout:{workspace.key}:{latest}:{order}:{clock.wall():%Y%m%d%H}",
    )


def _belongs(facts: CheckoutFacts, workspace: Workspace, customer: Customer) -> bool:
    return facts.workspace_key == workspace.key and facts.customer == customer.stripe_id


def _stripe_id(customer: Customer) -> str:
    if customer.stripe_id is None:
        raise ValueError("this customer was never made at Stripe")
    return customer.stripe_id


def _url(page: CheckoutFacts) -> str:
    if page.url is None:
        raise AlreadySubscribed(None)
    return page.url
