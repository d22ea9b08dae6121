"""Deliveries: signed, tried again, written down, and unkind on request."""

import time

import pytest
import stripe

from tests.support.sandbox_process import Sandbox
from tests.support.stripe_shop import Shop
from tests.support.webhook_receiver import Delivery, Receiver


def test_the_sdk_trusts_a_delivery(shop: Shop, receiver: Receiver, secret: str) -> None:
    customer = shop.customer()
    delivery = receiver.wait_for(1)[0]

    event = stripe.Webhook.construct_event(delivery.body, delivery.signature, secret)
    assert (event.type, event.data.object["id"]) == ("customer.created", customer.id)
    assert event.api_version == "2026-10-28.endive"


def test_the_signature_carries_wall_time_and_the_event_its_own(
    shop: Shop, sandbox: Sandbox, receiver: Receiver, secret: str
) -> None:
    sandbox.advance("30d")
    shop.customer()
    delivery = receiver.wait_for(1)[0]

    signed_at = int(delivery.signature.split(",")[0].removeprefix("t="))
    assert abs(signed_at - time.time()) < 5
    assert delivery.event["created"] - signed_at > 29 * 86_400
    assert secret.startswith("whsec_")


@pytest.mark.usefixtures("secret")
def test_events_are_sent_in_the_order_they_happened(
    shop: Shop, receiver: Receiver, sandbox: Sandbox
) -> None:
    shop.subscribe(shop.price().id)
    told = shop.event_types()
    receiver.wait_for(len(told))

    assert sorted(receiver.types()) == sorted(told)
    # By the log of what was sent: two that are on their way at once may overtake each other.
    sent = [each["type"] for each in sandbox.webhooks()]
    assert sent[::-1] == told


def test_only_what_was_asked_for_is_sent(shop: Shop, receiver: Receiver, sandbox: Sandbox) -> None:
    params = {"url": receiver.url, "enabled_events": ["price.created"]}
    shop.v1.webhook_endpoints.create(params)
    shop.price()
    receiver.wait_for(1)

    assert [each["type"] for each in sandbox.webhooks()] == ["price.created"]


@pytest.mark.usefixtures("secret")
def test_a_first_delivery_starts_within_a_blink(shop: Shop, receiver: Receiver) -> None:
    shop.customer()
    receiver.wait_for(1)
    started = time.time()
    shop.customer()
    arrived = receiver.wait_for(2)[1].at

    assert arrived - started < 1.0  # a few milliseconds in truth; far below any polling


@pytest.mark.usefixtures("secret")
def test_a_failed_delivery_is_signed_again_and_retried(
    shop: Shop, sandbox: Sandbox, receiver: Receiver
) -> None:
    receiver.answers = [500]
    shop.customer()
    first, second = receiver.wait_for(2)

    assert first.event["id"] == second.event["id"]
    assert first.signature != second.signature
    assert second.at - first.at >= 0.9
    _settled(sandbox)
    delivery = sandbox.webhooks()[0]
    assert [each["status"] for each in delivery["attempts"]] == [500, 200]
    assert delivery["status"] == "succeeded"
    assert delivery["attempts"][0]["ms"] >= 0


@pytest.mark.usefixtures("secret")
def test_a_redirect_is_a_failure(shop: Shop, receiver: Receiver) -> None:
    receiver.answers = [301]
    shop.customer()

    assert len(receiver.wait_for(2)) == 2


@pytest.mark.usefixtures("secret")
def test_an_event_knows_how_many_still_wait_for_it(
    shop: Shop, sandbox: Sandbox, receiver: Receiver
) -> None:
    shop.customer()
    receiver.wait_for(1)
    _settled(sandbox)

    assert shop.events("customer.created")[0].pending_webhooks == 0


@pytest.mark.usefixtures("secret")
def test_a_replay_sends_the_same_event_again(
    shop: Shop, sandbox: Sandbox, receiver: Receiver
) -> None:
    shop.customer()
    receiver.wait_for(1)
    event = shop.events("customer.created")[0].id

    assert sandbox.replay(event)["deliveries"] == 1
    assert [each.event["id"] for each in receiver.wait_for(2)] == [event, event]
    assert len(sandbox.webhooks(event)) == 2


@pytest.mark.usefixtures("secret")
def test_a_disabled_endpoint_hears_nothing(shop: Shop, sandbox: Sandbox) -> None:
    endpoint = shop.v1.webhook_endpoints.list().data[0]
    shop.v1.webhook_endpoints.update(endpoint.id, {"disabled": True})
    shop.customer()

    assert sandbox.webhooks() == []


def test_the_secret_is_told_once(shop: Shop, secret: str) -> None:
    listed = shop.v1.webhook_endpoints.list().data[0]

    assert "secret" not in listed
    assert secret not in str(shop.events())


@pytest.mark.usefixtures("secret")
def test_dropped_webhooks_never_leave_but_can_be_replayed(
    shop: Shop, sandbox: Sandbox, receiver: Receiver
) -> None:
    sandbox.fault(drop_webhooks=1)
    shop.customer()
    shop.customer()
    receiver.wait_for(1)

    dropped = sandbox.webhooks()[1]
    assert (dropped["status"], dropped["attempts"]) == ("dropped", [])
    sandbox.replay(dropped["event"])
    assert receiver.wait_for(2)[1].event["id"] == dropped["event"]


@pytest.mark.usefixtures("secret")
def test_duplicated_webhooks_come_twice(shop: Shop, sandbox: Sandbox, receiver: Receiver) -> None:
    sandbox.fault(duplicate_webhooks=1)
    shop.customer()
    first, second = receiver.wait_for(2)

    assert first.event["id"] == second.event["id"]


@pytest.mark.usefixtures("secret")
def test_reordered_webhooks_come_last_one_first(
    shop: Shop, sandbox: Sandbox, receiver: Receiver
) -> None:
    sandbox.fault(reorder_webhooks=3)
    made = [shop.customer().id for _ in range(3)]
    came = [each.event["data"]["object"]["id"] for each in receiver.wait_for(3)]

    assert came == made[::-1]


@pytest.mark.usefixtures("secret")
def test_delayed_webhooks_wait(shop: Shop, sandbox: Sandbox, receiver: Receiver) -> None:
    sandbox.fault(delay_webhooks=1, delay_seconds=0.3)
    started = time.time()
    shop.customer()

    assert receiver.wait_for(1)[0].at - started >= 0.29


def test_forged_webhooks_do_not_verify(
    shop: Shop, sandbox: Sandbox, receiver: Receiver, secret: str
) -> None:
    sandbox.fault(forge_webhooks=1)
    shop.customer()
    forged = receiver.wait_for(1)[0]

    with pytest.raises(stripe.SignatureVerificationError):
        stripe.Webhook.construct_event(forged.body, forged.signature, secret)


@pytest.mark.usefixtures("secret")
def test_a_walk_lets_the_listener_see_every_state(
    shop: Shop, sandbox: Sandbox, receiver: Receiver
) -> None:
    price = shop.price()
    shop.subscribe(price.id, trial_period_days=14)
    seen: dict[str, str] = {}

    def look(delivery: Delivery) -> None:
        now = shop.v1.subscriptions.list({"status": "all"}).data[0].status
        seen.setdefault(delivery.event["type"], now)

    receiver.on_delivery = look
    sandbox.fault(fail_next_payment=1)
    sandbox.advance("40d")

    assert seen["customer.subscription.trial_will_end"] == "trialing"
    assert seen["invoice.payment_failed"] == "past_due"
    assert seen["customer.subscription.deleted"] == "canceled"


@pytest.mark.parametrize(("switch", "status"), [("api_down", 503), ("api_lost", 500)])
def test_an_unkind_api_answers_like_a_broken_one(
    shop: Shop, sandbox: Sandbox, switch: str, status: int
) -> None:
    sandbox.fault(**{switch: 1})

    with pytest.raises(stripe.APIError) as refused:
        shop.customer()
    assert refused.value.http_status == status


def test_a_lost_answer_is_found_again_by_its_key(shop: Shop, sandbox: Sandbox) -> None:
    sandbox.fault(api_lost=1)
    patient = stripe.StripeClient(
        "sk_test_x", base_addresses=sandbox.base_addresses, max_network_retries=2
    )
    made = patient.v1.customers.create({"email": "ada@example.com"})

    assert [c.id for c in shop.v1.customers.list().data] == [made.id]


def test_a_slow_api_takes_its_time(shop: Shop, sandbox: Sandbox) -> None:
    sandbox.fault(api_slow=1, slow_seconds=0.3)
    started = time.monotonic()
    shop.customer()

    assert time.monotonic() - started >= 0.3


@pytest.mark.parametrize("switches", [{"gremlins": 1}, {"drop_webhooks": -1}, {"api_down": 1.5}])
def test_a_switch_that_does_not_exist_is_refused(sandbox: Sandbox, switches: dict) -> None:
    with pytest.raises(Exception, match=r"no fault called|takes a number|counts whole"):
        sandbox.fault(**switches)


def _settled(sandbox: Sandbox) -> None:
    give_up = time.monotonic() + 3
    while any(each["status"] == "pending" for each in sandbox.webhooks()):
        assert time.monotonic() < give_up
        time.sleep(0.01)
