"""Every act of our gateway once, against a sandbox, and which of them reached Stripe."""

import functools
from datetime import timedelta
from types import GeneratorType
from typing import Any

from saas_app.billing.changing import CancelReason, ChangeOrder, Feedback, ScheduleOrder
from saas_app.billing.events import USAGE_LOST
from saas_app.billing.gateway import CheckoutOrder, ContractOrder, Gateway, MeterReading
from saas_app.billing.stripe.gateway import StripeGateway
from saas_app.billing.wallet import PayerFacts
from saas_app.core import clock
from saas_app.plans.catalogue import Catalogue
from saas_app.plans.features import Feature
from tests.support.listening import Heard
from tests.support.sandbox_process import Sandbox

BACK = "http://localhost:8000/billing"
CODE = "WALK"  # made at Stripe by hand before the walk
PRO, PRO_YEAR = "tidemark_pro_month_v1", "tidemark_pro_year_v1"


def acts() -> set[str]:
    """What the gateway promises to do."""
    return {name for kind in Gateway.__mro__ for name in vars(kind) if not name.startswith("_")}


class Noticing:
    """The gateway itself; `reached` names the acts that sent a request."""

    def __init__(self, gateway: StripeGateway, heard: list[Heard]) -> None:
        self._gateway, self._heard = gateway, heard
        self.reached: set[str] = set()

    def __getattr__(self, name: str) -> Any:
        act = getattr(self._gateway, name)

        @functools.wraps(act)
        def noticed(*args: Any, **named: Any) -> Any:
            before = len(self._heard)
            answer = act(*args, **named)
            told = list(answer) if isinstance(answer, GeneratorType) else answer
            if len(self._heard) > before:
                self.reached.add(name)
            return told

        return noticed


def through_everything(ours: Any, sandbox: Sandbox, catalogue: Catalogue) -> None:
    for walk in (_catalogue, _purchase, _changes, _ends, _wallet, _others):
        walk(ours, sandbox, catalogue)


def _catalogue(ours: Any, _sandbox: Sandbox, catalogue: Catalogue) -> None:
    ours.unpublished(catalogue)
    ours.publish(catalogue)
    listening = {"known": None, "any_will_do": True}
    ours.endpoint("http://127.0.0.1:9/hook", ("invoice.paid",), **listening)
    ours.endpoint("http://127.0.0.1:9/hook", ("invoice.paid", "customer.updated"), **listening)
    ours.endpoint("http://127.0.0.1:9/hook", ("invoice.paid",), known=None, any_will_do=False)
    ours.thin_endpoint("http://127.0.0.1:9/thin", ("v1.billing.meter.no_meter_found",), **listening)
    ours.thin_endpoint("http://127.0.0.1:9/thin", (USAGE_LOST,), **listening)
    ours.thin_endpoint("http://127.0.0.1:9/thin", (USAGE_LOST,), known=None, any_will_do=False)


def _customer(ours: Any, name: str) -> str:
    return ours.create_customer(
        workspace_key=name, email=f"{name}@example.com", name=name.title(), key=f"customer:{name}"
    ).id


def _order(customer: str, **other: Any) -> CheckoutOrder:
    given: dict[str, Any] = {
        "price": PRO,
        "seats": 1,
        "trial_days": None,
        "without_card": None,
        "promotion_codes": True,
        "key": f"checkout:{customer}:{len(other)}",
        **other,
    }
    return CheckoutOrder(
        customer=customer,
        workspace_key="w",
        success_url=f"{BACK}?session={{CHECKOUT_SESSION_ID}}",
        cancel_url=BACK,
        metadata={"workspace": "w"},
        **given,
    )


def _bought(ours: Any, sandbox: Sandbox, name: str) -> tuple[str, Any]:
    customer = _customer(ours, name)
    page = ours.start_checkout(_order(customer))
    sandbox.complete_checkout(page.id)
    (subscription,) = ours.subscriptions(customer)
    return customer, subscription


def _purchase(ours: Any, sandbox: Sandbox, _catalogue: Catalogue) -> None:
    customer = _customer(ours, "trying")
    page = ours.start_checkout(_order(customer, trial_days=14, without_card="cancel"))
    ours.checkout(page.id)
    ours.checkouts(customer)
    ours.expire_checkout(page.id)
    ours.portal(customer, BACK)
    _bought(ours, sandbox, "ada")


def _changes(ours: Any, sandbox: Sandbox, _catalogue: Catalogue) -> None:
    _, running = _bought(ours, sandbox, "grace")
    code = ours.promotion(CODE)
    order = ChangeOrder(running.id, running.item, PRO_YEAR, 2, clock.now(), charges=True)
    ours.preview(order)
    ours.redeem(running.id, code.id, kept=(), key="redeem")
    ours.change(order, key="change")
    free = ChangeOrder(running.id, running.item, None, 3, clock.now(), charges=False)
    ours.change(free, key="free")
    ours.set_seats(running.item, 4)
    ours.schedule_change(ScheduleOrder(running.id, PRO, 1, "month"), key="later")
    (scheduled,) = ours.subscriptions(running.customer)
    ours.release(scheduled.schedule)
    ours.release(scheduled.schedule)
    ours.pause(running.id)
    ours.wake(running.id, key="wake")


def _ends(ours: Any, sandbox: Sandbox, _catalogue: Catalogue) -> None:
    customer, running = _bought(ours, sandbox, "leaving")
    why = CancelReason(Feedback.TOO_EXPENSIVE, "dear")
    ours.cancel_at_period_end(running.id, reason=why)
    ours.keep(running.id, scheduled_by_date=False)
    ours.keep(running.id, scheduled_by_date=True)
    ours.cancel_now(running.id, reason=why)
    ours.delete_customer(customer)
    ours.state(customer)


def _wallet(ours: Any, sandbox: Sandbox, _catalogue: Catalogue) -> None:
    customer, running = _bought(ours, sandbox, "paying")
    where = {"success_url": BACK, "cancel_url": BACK}
    page = ours.start_setup(customer=customer, workspace_key="w", key="setup", **where)
    session = page.rsplit("/", 1)[1].partition("#")[0]
    sandbox.complete_checkout(session, "5555555555554444")
    card = ours.checkout(session).card
    ours.set_default_card(customer, card, (running.id,))
    ours.update_payer(
        customer, PayerFacts("Ada", "a@example.com", "1 Way", "", "Bonn", "", "53111", "DE")
    )
    ours.add_tax_id(customer, kind="eu_vat", value="DE123456789")
    told = ours.state(customer, every_invoice=True)
    ours.remove_tax_id(customer, told.wallet.tax_ids[0].id)
    paid = told.takings.payments[0].id
    ours.refund(paid, amount_cents=100, reason="requested_by_customer", key="refund")
    ours.state(customer)
    ours.pay_invoice(_owed(ours, sandbox, running))
    ours.detach_card(card)


def _owed(ours: Any, sandbox: Sandbox, running: Any) -> str:
    """An invoice nobody paid: the bank refused the difference."""
    sandbox.fault(fail_next_charge=1)
    more = ChangeOrder(running.id, running.item, None, 5, clock.now(), charges=True)
    ours.change(more, key="refused")
    (owed,) = (each for each in ours.state(running.customer).invoices if each.status == "open")
    return owed.id


def _others(ours: Any, sandbox: Sandbox, catalogue: Catalogue) -> None:
    customer = _customer(ours, "big")
    ours.start_contract(
        ContractOrder(customer, "w", "c1", "Enterprise", "pro", 1, "year", 900_000, "usd", 30)
    )
    event = catalogue.event_name(Feature.SMS)
    ours.read_meter(MeterReading("walk:1", event, customer, 2, clock.now()))
    ours.read_meter(MeterReading("walk:2", event, "cus_nobody", 2, clock.now()))
    sandbox.advance("2m")
    ours.usage_lost(sandbox.webhooks()[0]["event"])
    ours.customers()
    ours.happened(clock.now() - timedelta(days=1))
