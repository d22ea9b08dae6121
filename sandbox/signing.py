"""Signatures on webhook deliveries, as Stripe makes them."""

import hashlib
import hmac


def header(body: str, secret: str, at: int) -> str:
    """The `Stripe-Signature` header for a body sent at this wall-clock second."""
    digest = hmac.new(secret.encode(), f"{at}.{body}".encode(), hashlib.sha256).hexdigest()
    return f"t={at},v1={digest}"
