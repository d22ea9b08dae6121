"""As `endpoints`, for thin events: Stripe's second API has a kind of endpoint of its own for them."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

import stripe

from saas_app.billing.gateway import EndpointPublished

# They have no version: what they say never changes, and the rest is fetched in ours.
VERSION = "thin"
_SECRET, _URL = "webhook_endpoint.signing_secret", "webhook_endpoint.url"
_PAGE = 100


def publish(
    client: stripe.StripeClient,
    url: str,
    events: Sequence[str],
    *,
    known: str | None,
    any_will_do: bool,
) -> EndpointPublished:
    """The destination at `url`; made anew when its secret is not ours to know."""
    destinations = client.v2.core.event_destinations
    listed = destinations.list({"include": [_URL], "limit": _PAGE}).auto_paging_iter()
    bodies = [each.to_dict() for each in listed]
    ours = [each for each in bodies if _url(each) == url]
    usable = [each for each in ours if any_will_do or each["id"] == known]
    if not usable:
        return _made(client, url, events, instead_of=ours)
    kept = next((each for each in usable if each["id"] == known), usable[0])
    changes: list[str] = []
    if set(kept["enabled_events"]) != set(events):
        destinations.update(kept["id"], {"enabled_events": list(events)})
        changes.append("updated thin event destination")
    if kept["status"] != "enabled":
        destinations.enable(kept["id"])
        changes.append("enabled thin event destination")
    return EndpointPublished(kept["id"], VERSION, kept["livemode"], None, tuple(changes))


def _made(
    client: stripe.StripeClient,
    url: str,
    events: Sequence[str],
    *,
    instead_of: Sequence[dict[str, Any]],
) -> EndpointPublished:
    destinations = client.v2.core.event_destinations
    made = destinations.create(
        {
            "name": "Usage that could not be counted",
            "type": "webhook_endpoint",
            "event_payload": "thin",
            "enabled_events": list(events),
            "webhook_endpoint": {"url": url},
            "include": [_SECRET],
        }
    )
    for old in instead_of:
        destinations.delete(old["id"])
    removed = ("removed an old thin event destination" for _ in instead_of)
    secret = made.webhook_endpoint.signing_secret if made.webhook_endpoint else None
    changes = ("created thin event destination", *removed)
    return EndpointPublished(made.id, VERSION, made.livemode, secret, changes)


def _url(body: Mapping[str, Any]) -> str | None:
    where = cast("Mapping[str, str]", body.get("webhook_endpoint") or {})
    return where.get("url")
