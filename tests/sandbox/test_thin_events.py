"""Thin events: destinations of the API's second version, and usage that could not be counted."""

from typing import Any

import pytest
import stripe

from tests.support import judging, request_oracle, sdk_types, stripe_oracle
from tests.support.listening import Listening
from tests.support.sandbox_process import Sandbox
from tests.support.stripe_shop import Shop
from tests.support.webhook_receiver import Receiver

KIND = "v1.billing.meter.error_report_triggered"
SECRET, URL = "webhook_endpoint.signing_secret", "webhook_endpoint.url"


def destination(shop: Shop, url: str, **more: Any) -> Any:
    asked: Any = {
        "name": "Usage",
        "type": "webhook_endpoint",
        "event_payload": "thin",
        "enabled_events": [KIND],
        "webhook_endpoint": {"url": url},
        "include": [SECRET, URL],
        **more,
    }
    return shop.client.v2.core.event_destinations.create(asked)


def meter(shop: Shop) -> stripe.billing.Meter:
    return shop.v1.billing.meters.create(
        {
            "display_name": "Prompts",
            "event_name": "prompts",
            "default_aggregation": {"formula": "sum"},
        }
    )


def lose(shop: Shop, *identifiers: str) -> None:
    """Usage of somebody who is not there."""
    for each in identifiers:
        asked: Any = {
            "event_name": "prompts",
            "identifier": each,
            "payload": {"stripe_customer_id": "cus_nobody", "value": "1"},
        }
        shop.v1.billing.meter_events.create(asked, {"idempotency_key": f"key:{each}"})


def test_the_unmodified_sdk_is_told_of_lost_usage_and_fetches_what_it_was(
    shop: Shop, sandbox: Sandbox, receiver: Receiver
) -> None:
    made, listening = meter(shop), destination(shop, receiver.url)
    lose(shop, "a", "b")
    sandbox.advance("2m")

    (delivery,) = receiver.wait_for(1)
    said: Any = shop.client.parse_event_notification(
        delivery.body, delivery.signature, listening.webhook_endpoint.signing_secret
    )
    assert said.type == KIND
    assert "data" not in delivery.event
    assert said.fetch_related_object().id == made.id
    told = said.fetch_event().data
    assert told.developer_message_summary == "There are 2 invalid events"
    assert told.reason.error_count == 2
    (kind,) = told.reason.error_types
    assert (kind.code, kind.error_count) == ("meter_event_customer_not_found", 2)
    assert {each.request.identifier for each in kind.sample_errors} == {"key:a", "key:b"}


def test_each_loss_is_told_once(shop: Shop, sandbox: Sandbox, receiver: Receiver) -> None:
    meter(shop)
    destination(shop, receiver.url)
    lose(shop, "a")
    sandbox.advance("2m")
    sandbox.advance("1d")
    lose(shop, "b")
    sandbox.advance("2m")

    receiver.wait_for(2)
    found = shop.client.v2.core.events.list()
    assert [each.to_dict()["data"]["reason"]["error_count"] for each in found.data] == [1, 1]
    assert len(receiver.received) == 2


def test_a_signature_of_another_secret_is_not_believed(
    shop: Shop, sandbox: Sandbox, receiver: Receiver
) -> None:
    meter(shop)
    secret = destination(shop, receiver.url).webhook_endpoint.signing_secret
    sandbox.fault(forge_webhooks=1)
    lose(shop, "a")
    sandbox.advance("2m")

    (forged,) = receiver.wait_for(1)
    with pytest.raises(stripe.SignatureVerificationError):
        shop.client.parse_event_notification(forged.body, forged.signature, secret)
    sandbox.replay(forged.event["id"])
    again = receiver.wait_for(2)[1]
    assert shop.client.parse_event_notification(again.body, again.signature, secret).type == KIND


def test_snapshot_endpoints_hear_nothing_of_thin_events_and_the_other_way_round(
    shop: Shop, sandbox: Sandbox, receiver: Receiver
) -> None:
    shop.v1.webhook_endpoints.create({"url": receiver.url + "/snap", "enabled_events": ["*"]})
    destination(shop, receiver.url + "/thin", enabled_events=["*"])
    meter(shop)
    lose(shop, "a")
    sandbox.advance("2m")

    receiver.wait_for(2)
    assert sorted(receiver.types()) == ["billing.meter.created", KIND]


def test_a_destination_is_found_changed_switched_off_and_deleted(
    shop: Shop, sandbox: Sandbox, receiver: Receiver
) -> None:
    ways = shop.client.v2.core.event_destinations
    made = destination(shop, receiver.url, metadata={"a": "b"})
    assert "signing_secret" not in ways.retrieve(made.id, {"include": [URL]}).to_dict()
    assert ways.list({"include": [URL]}).data[0].to_dict()["webhook_endpoint"] == {
        "url": receiver.url
    }
    assert ways.update(made.id, {"name": "Other"}).name == "Other"
    assert ways.disable(made.id).status == "disabled"
    meter(shop)
    lose(shop, "a")
    sandbox.advance("2m")
    assert receiver.received == []
    assert ways.enable(made.id).status == "enabled"
    ways.delete(made.id)
    assert list(ways.list().auto_paging_iter()) == []


@pytest.mark.parametrize(
    ("wrong", "param"),
    [
        ({"event_payload": "snapshot"}, "event_payload"),
        ({"enabled_events": ["invoice.paid"]}, "enabled_events"),
        ({"webhook_endpoint": {"url": "ftp://x"}}, "url"),
        ({"mood": "good"}, "mood"),
    ],
)
def test_a_destination_that_cannot_be_is_refused(
    shop: Shop, wrong: dict[str, Any], param: str
) -> None:
    with pytest.raises(stripe.StripeError) as refused:
        destination(shop, "http://127.0.0.1:9/", **wrong)

    assert refused.value.http_status == 400
    assert refused.value.json_body["error"]["param"] == param


def test_all_of_it_is_as_stripe_documents_it(sandbox: Sandbox) -> None:
    listening = Listening()
    shop = Shop(sandbox, listening)
    made = destination(shop, "http://127.0.0.1:9/")
    shop.client.v2.core.event_destinations.list()
    meter(shop)
    lose(shop, "a")
    sandbox.advance("2m")
    (event,) = shop.client.v2.core.events.list().data
    shop.client.v2.core.events.retrieve(event.id)
    shop.client.v2.core.event_destinations.delete(made.id)

    found = {fault for each in listening.heard for fault in judging.faults(each)}
    assert found == set()


def test_the_judges_know_the_second_version() -> None:
    odd = ("POST", "/v2/core/event_destinations", {"name": "x", "enabled_event": "y"})
    assert request_oracle.faults(*odd)
    assert sdk_types.faults(*odd)
    assert stripe_oracle.faults({"object": "v2.core.event", "id": "evt_1", "mood": "good"})


def test_the_control_room_shows_a_thin_event(shop: Shop, sandbox: Sandbox) -> None:
    meter(shop)
    lose(shop, "a")
    sandbox.advance("2m")
    (event,) = shop.client.v2.core.events.list().data

    page = sandbox.client.get(f"/events/{event.id}")
    assert page.status_code == 200
    assert "meter_event_customer_not_found" in page.text
