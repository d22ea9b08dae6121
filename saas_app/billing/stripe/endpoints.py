"""Makes sure that Stripe delivers to us, in the version we read, what we listen to. Stores no secret."""

from collections.abc import Sequence
from typing import Any

import stripe

from saas_app.billing.gateway import EndpointPublished
from saas_app.billing.stripe.client import API_VERSION

_PAGE = 100


def publish(
    client: stripe.StripeClient,
    url: str,
    events: Sequence[str],
    *,
    known: str | None,
    any_will_do: bool,
) -> EndpointPublished:
    """The endpoint at `url`; made anew when its secret is not ours to know or its version is old.

    `known` is the endpoint whose secret we hold: Stripe shows a secret once, at creation.
    """
    ours = [e for e in _listed(client) if e["url"] == url]
    usable = [
        e for e in ours if e["api_version"] == API_VERSION and (any_will_do or e["id"] == known)
    ]
    if not usable:
        return _made(client, url, events, instead_of=ours)
    kept = next((e for e in usable if e["id"] == known), usable[0])
    changes: tuple[str, ...] = ()
    if set(kept["enabled_events"]) != set(events) or kept["status"] != "enabled":
        client.v1.webhook_endpoints.update(
            kept["id"],
            {"enabled_events": list(events), "disabled": False},  # pyright: ignore[reportArgumentType] — the events are literals there, data here
        )
        changes = ("updated webhook endpoint",)
    return EndpointPublished(kept["id"], API_VERSION, kept["livemode"], None, changes)


def _made(
    client: stripe.StripeClient,
    url: str,
    events: Sequence[str],
    *,
    instead_of: Sequence[dict[str, Any]],
) -> EndpointPublished:
    made = client.v1.webhook_endpoints.create(
        {"url": url, "enabled_events": list(events), "api_version": API_VERSION}  # pyright: ignore[reportArgumentType] — the events are literals there, data here
    )
    # The old ones go last: between the two every event is delivered twice, never not at all.
    for old in instead_of:
        client.v1.webhook_endpoints.delete(old["id"])
    removed = ("removed an old webhook endpoint" for _ in instead_of)
    return EndpointPublished(
        made.id, API_VERSION, made.livemode, made.secret, ("created webhook endpoint", *removed)
    )


def _listed(client: stripe.StripeClient) -> list[dict[str, Any]]:
    listed = client.v1.webhook_endpoints.list({"limit": _PAGE})
    return [endpoint.to_dict() for endpoint in listed.auto_paging_iter()]
