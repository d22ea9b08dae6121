"""The one StripeClient, pointed where settings say: Stripe itself, or the local sandbox."""

import stripe

from saas_app.core.settings import settings

API_VERSION = "2026-10-28.endive"
_TIMEOUT_SECONDS = 10
# The client's own default is none at all; with the automatic idempotency key a retry is safe.
_RETRIES = 2


def made() -> stripe.StripeClient:
    base = settings().stripe_base
    return stripe.StripeClient(
        settings().stripe_key,
        stripe_version=API_VERSION,
        max_network_retries=_RETRIES,
        http_client=stripe.RequestsClient(timeout=_TIMEOUT_SECONDS),
        # All four, or a stray call of a rarer kind would leave for stripe.com.
        base_addresses={"api": base, "files": base, "connect": base, "meter_events": base}
        if base
        else {},
    )
