"""Everything the sandbox says, held against Stripe's own document."""

import json
from dataclasses import dataclass
from typing import Any

import pytest

from tests.sandbox import walk
from tests.support import stripe_oracle
from tests.support.listening import Heard, Listening
from tests.support.sandbox_process import Sandbox
from tests.support.stripe_shop import Shop


@dataclass(frozen=True)
class Walked:
    """What was heard on the walk, which is long and therefore taken once."""

    heard: list[Heard]
    events: set[str]


@pytest.fixture(scope="module")
def walked(process: Sandbox) -> Walked:
    process.reset()
    listening = Listening()
    shop = Shop(process, listening)
    walk.through_everything(shop, process)
    return Walked(listening.heard, set(shop.event_types()))


def test_every_object_and_every_event_is_as_stripe_documents_it(walked: Walked) -> None:
    faults = {fault for heard in walked.heard for fault in stripe_oracle.faults(heard.answer)}

    assert not faults, "\n".join(sorted(faults))


@pytest.mark.parametrize("spoil", [{"status": "resting"}, {"created": None}, {"mood": "good"}])
def test_the_judge_notices_a_wrong_word_a_wrong_null_and_an_unknown_key(
    shop: Shop, spoil: dict[str, Any]
) -> None:
    body = json.loads(str(shop.subscribe(shop.price().id)))

    assert not stripe_oracle.faults(body)
    assert stripe_oracle.faults({**body, **spoil})
    event = {"object": "event", "type": "x", "data": {"object": {**body, **spoil}}}
    assert len(stripe_oracle.faults(event)) > len(
        stripe_oracle.faults({**event, "data": {"object": body}})
    )


def test_the_walk_spoke_of_every_event_the_sandbox_knows(walked: Walked) -> None:
    assert walked.events >= {
        "checkout.session.completed",
        "checkout.session.expired",
        "customer.subscription.created",
        "customer.subscription.deleted",
        "customer.subscription.paused",
        "customer.subscription.resumed",
        "customer.subscription.trial_will_end",
        "customer.subscription.updated",
        "invoice.created",
        "invoice.deleted",
        "invoice.finalization_failed",
        "invoice.marked_uncollectible",
        "invoice.overdue",
        "invoice.sent",
        "invoiceitem.created",
        "invoiceitem.deleted",
        "invoice.finalized",
        "invoice.paid",
        "invoice.payment_action_required",
        "invoice.payment_failed",
        "invoice.upcoming",
        "invoice.voided",
        "billing.meter.created",
        "billing.meter.deactivated",
        "billing.meter.reactivated",
        "billing.meter.updated",
        "charge.dispute.closed",
        "charge.dispute.created",
        "charge.dispute.funds_reinstated",
        "charge.dispute.funds_withdrawn",
        "charge.dispute.updated",
        "charge.refunded",
        "coupon.created",
        "coupon.deleted",
        "coupon.updated",
        "credit_note.created",
        "credit_note.updated",
        "credit_note.voided",
        "customer.discount.created",
        "customer.discount.deleted",
        "customer.tax_id.created",
        "customer.tax_id.deleted",
        "customer.tax_id.updated",
        "payment_method.attached",
        "payment_method.automatically_updated",
        "payment_method.detached",
        "payment_method.updated",
        "promotion_code.created",
        "promotion_code.updated",
        "refund.created",
        "refund.updated",
        "setup_intent.canceled",
        "setup_intent.created",
        "setup_intent.requires_action",
        "setup_intent.setup_failed",
        "setup_intent.succeeded",
        "test_helpers.test_clock.advancing",
        "test_helpers.test_clock.created",
        "test_helpers.test_clock.deleted",
        "test_helpers.test_clock.ready",
        "subscription_schedule.canceled",
        "subscription_schedule.completed",
        "subscription_schedule.created",
        "subscription_schedule.expiring",
        "subscription_schedule.released",
        "subscription_schedule.updated",
    }
