"""What happens at Stripe, at banks and by the clock without us."""

from hypothesis import strategies as st
from hypothesis.stateful import rule

from tests.support.lives.life import Life
from tests.support.sandbox_process import Sandbox

SPANS = ("30m", "2h", "1d", "3d", "8d", "15d", "29d")


def another_card_comes(sandbox: Sandbox, stripe, who: str, well: bool) -> None:
    method = "pm_card_visa" if well else "pm_card_chargeCustomerFail"
    card = stripe.v1.payment_methods.attach(method, {"customer": who})
    default = {"invoice_settings": {"default_payment_method": card.id}}
    stripe.v1.customers.update(who, default)


def what_is_owed_is_paid(sandbox: Sandbox, stripe, who: str, well: bool) -> None:
    owed = stripe.v1.invoices.list({"customer": who, "status": "open"}).data[0]
    method = "pm_card_visa" if well else "pm_card_chargeDeclined"
    stripe.v1.invoices.pay(owed.id, {"payment_method": method})


def cards_expire(sandbox: Sandbox, stripe, who: str, well: bool) -> None:
    sandbox.post(f"/customers/{who}/expire_cards", {"months": 0 if well else -1})


def banks_issue_new_cards(sandbox: Sandbox, stripe, who: str, well: bool) -> None:
    sandbox.post(f"/customers/{who}/renew_cards")


def the_bank_is_answered(sandbox: Sandbox, stripe, who: str, well: bool) -> None:
    """3D Secure of a renewal, on the invoice's own page."""
    intents = stripe.v1.payment_intents.list({"customer": who}).data
    waiting = [intent.id for intent in intents if intent.status == "requires_action"]
    sandbox.post(f"/intents/{waiting[0]}/authenticate", {"fail": not well})


def is_cancelled_in_the_portal(sandbox: Sandbox, stripe, who: str, well: bool) -> None:
    """Or taken back there."""
    running = stripe.v1.subscriptions.list({"customer": who}).data[0]
    stripe.v1.subscriptions.update(running.id, {"cancel_at": "" if well else "min_period_end"})


def staff_refund_the_last_payment(sandbox: Sandbox, stripe, who: str, well: bool) -> None:
    charge = _last_charge(stripe, who)
    part = {"amount": 100} if well else {}
    stripe.v1.refunds.create({"charge": charge, **part})


def a_payment_is_disputed(sandbox: Sandbox, stripe, who: str, well: bool) -> None:
    sandbox.post(f"/charges/{_last_charge(stripe, who)}/dispute")


def the_dispute_ends(sandbox: Sandbox, stripe, who: str, well: bool) -> None:
    opened = stripe.v1.disputes.list({"limit": 1}).data[0]
    sandbox.post(f"/disputes/{opened.id}/close", {"won": well})


def _last_charge(stripe, customer: str) -> str:
    return stripe.v1.charges.list({"customer": customer, "limit": 1}).data[0].id


EVENTS = {
    each.__name__: each
    for each in (
        another_card_comes,
        what_is_owed_is_paid,
        cards_expire,
        banks_issue_new_cards,
        the_bank_is_answered,
        is_cancelled_in_the_portal,
        staff_refund_the_last_payment,
        a_payment_is_disputed,
        the_dispute_ends,
    )
}


class Outside(Life):
    @rule(span=st.sampled_from(SPANS))
    def it_is_later(self, span: str) -> None:
        self.time_passes(span)

    @rule(what=st.sampled_from(sorted(EVENTS)), well=st.booleans())
    def happens_at_stripe(self, what: str, well: bool) -> None:
        """Well: for us, mostly."""
        self.at_stripe(lambda stripe, who: EVENTS[what](self.shop.sandbox, stripe, who, well))
