"""The cards a workspace pays with: add one, choose which is charged, take one away. Sees no card number."""

import re
from dataclasses import dataclass

from sqlmodel import Session, col, select

from saas_app.accounts.models import User
from saas_app.audit import trail
from saas_app.billing import asked, customers, gateway, invoices, lease, sync
from saas_app.billing.errors import CardDeclined, CardInUse, OnlyCard
from saas_app.billing.gateway import SubscriptionFacts
from saas_app.billing.lease import Lease
from saas_app.billing.mirror import Written
from saas_app.billing.models import Customer
from saas_app.billing.money_models import PaymentMethod
from saas_app.core import ids
from saas_app.core.db import snapshot
from saas_app.core.errors import NotFound
from saas_app.core.settings import settings
from saas_app.plans.access import Status
from saas_app.workspaces.memberships import ident
from saas_app.workspaces.models import Workspace

ADDED_PATH = "/payment-method/added"
_SETUP_ID = re.compile(r"cs_(test|live)_[A-Za-z0-9]{4,200}")
_CHARGED = frozenset({Status.TRIALING, Status.ACTIVE, Status.PAST_DUE, Status.UNPAID})


@dataclass(frozen=True, slots=True)
class Added:
    """`declined`: the card is there, but the open invoice could not be collected with it."""

    done: bool
    declined: bool = False


def of(session: Session, workspace_id: int) -> list[PaymentMethod]:
    """The one that is charged first, then the newest."""
    mine = select(PaymentMethod).where(PaymentMethod.workspace_id == workspace_id)
    return list(
        session.exec(
            mine.order_by(
                col(PaymentMethod.is_default).desc(), col(PaymentMethod.created_at).desc()
            )
        )
    )


def add(workspace: Workspace, actor: User, *, back_to: str) -> str:
    """A page of Stripe's that takes a card without charging it; it leads back to `added`.

    `back_to` is a path of ours, for who changes their mind.
    """
    with lease.held(ident(workspace), wait=sync.WAIT_SECONDS):
        customer = customers.ensure(workspace, actor)
    return gateway.current().start_setup(
        customer=customer.stripe_id or "",
        workspace_key=workspace.key,
        success_url=f"{settings().origin}{ADDED_PATH}?session_id={{CHECKOUT_SESSION_ID}}",
        cancel_url=f"{settings().origin}{back_to}",
        key=f"setup:{workspace.key}:{ids.new('try')}",
    )


def added(
    session_id: str, workspace: Workspace, actor: User, *, origin: trail.Origin = trail.NOWHERE
) -> Added:
    """Back from that page: charge the new card from now on, and what is owed at once.

    Coming back twice is harmless. A foreign page and an unknown one raise the same NotFound.
    """
    stripe = gateway.current()
    facts = stripe.checkout(session_id) if _SETUP_ID.fullmatch(session_id) else None
    with snapshot() as session:
        customer = session.get(Customer, ident(workspace))
    if (
        facts is None
        or customer is None
        or facts.workspace_key != workspace.key
        or facts.customer != customer.stripe_id
    ):
        raise NotFound("That card is not there. Open Billing to see the cards of your workspace.")
    if facts.status != "complete" or facts.card is None:
        return Added(done=False)
    with lease.held(ident(workspace), wait=sync.WAIT_SECONDS) as held:
        sync.under(held)
        if not _there(workspace, facts.card):
            return Added(done=False)  # an old address, of a card that was removed since
        _charge_from_now_on(customer.stripe_id or "", facts.card)
        sync.under(held)
        declined = _collect(held)
        asked.note(workspace, actor, origin, "billing.card_added", card=facts.card)
        return Added(done=True, declined=declined)


def make_default(
    workspace: Workspace, actor: User, card_id: int, *, origin: trail.Origin = trail.NOWHERE
) -> Written:
    """Charge this card from now on, and what is owed at once.

    Raises NotFound, and CardDeclined where the bank refused the open invoice: chosen it is all the same.
    """
    with lease.held(ident(workspace), wait=sync.WAIT_SECONDS) as held:
        sync.under(held)
        card, customer = _mine(workspace, card_id)
        _charge_from_now_on(customer, card.stripe_id)
        asked.note(workspace, actor, origin, "billing.card_chosen", card=card.stripe_id)
        written = sync.under(held)
        if _collect(held):
            raise CardDeclined("")
        return written


def remove(
    workspace: Workspace, actor: User, card_id: int, *, origin: trail.Origin = trail.NOWHERE
) -> Written:
    """Raises NotFound, OnlyCard and CardInUse: what still runs needs something to be charged."""
    with lease.held(ident(workspace), wait=sync.WAIT_SECONDS) as held:
        written = sync.under(held)
        card, _ = _mine(workspace, card_id)
        current = written.current
        if current and current.status in _CHARGED and current.ends_at is None:
            with snapshot() as session:
                there = of(session, ident(workspace))
            if len(there) == 1:
                raise OnlyCard
            if card.is_default:
                raise CardInUse
        gateway.current().detach_card(card.stripe_id)
        asked.note(workspace, actor, origin, "billing.card_removed", card=card.stripe_id)
        return sync.under(held)


def _there(workspace: Workspace, card: str) -> bool:
    with snapshot() as session:
        return card in {each.stripe_id for each in of(session, ident(workspace))}


def _mine(workspace: Workspace, card_id: int) -> tuple[PaymentMethod, str]:
    with snapshot() as session:
        card = session.get(PaymentMethod, card_id)
        customer = session.get(Customer, ident(workspace))
    if card is None or card.workspace_id != workspace.id or not customer or not customer.stripe_id:
        raise NotFound("That card is not there. Nothing was changed.")
    return card, customer.stripe_id


def _charge_from_now_on(customer: str, card: str) -> None:
    stripe = gateway.current()
    with_own = [s.id for s in stripe.subscriptions(customer) if _has_own(s, card)]
    stripe.set_default_card(customer, card, tuple(with_own))


def _has_own(subscription: SubscriptionFacts, card: str) -> bool:
    """A subscription made in Checkout keeps its card; whoever replaces it means all of them."""
    return subscription.status in _CHARGED and subscription.card not in {None, card}


def _collect(held: Lease) -> bool:
    """Pay what is owed with the new card; whether the bank refused."""
    with snapshot() as session:
        owed = invoices.owed(session, held.workspace_id)
    if owed is None:
        return False
    try:
        gateway.current().pay_invoice(owed.stripe_id)
    except CardDeclined:
        return True
    finally:
        sync.under(held)
    return False
