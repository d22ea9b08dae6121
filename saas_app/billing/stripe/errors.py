"""Decides, for every way Stripe can fail, whether trying again helps. A closed list; the rest is a bug."""

from collections.abc import Generator
from contextlib import contextmanager

import stripe

from saas_app.billing.errors import NotConfigured, StripeUnavailable
from saas_app.core import logs

_GONE = "resource_missing"
_SERVER_FAULT = 500
_BUSY = frozenset({409, 429})

_log = logs.get(__name__)


class Gone(Exception):
    """Stripe does not have it: deleted, of another mode, or never there."""


@contextmanager
def told() -> Generator[None]:
    """Run one call to Stripe; what it raises is ours, or a bug left to be seen.

    Raises Gone, StripeUnavailable, NotConfigured.
    """
    try:
        yield
    except stripe.StripeError as error:
        _log.warning(
            "stripe.refused",
            kind=type(error).__name__,
            status=error.http_status,
            code=error.code,
            request=error.request_id,
        )
        if passing(error):
            raise StripeUnavailable from error
        if isinstance(error, stripe.InvalidRequestError) and error.code == _GONE:
            raise Gone from error
        if isinstance(error, stripe.AuthenticationError | stripe.PermissionError):
            raise NotConfigured from error
        raise


@contextmanager
def expected() -> Generator[None]:
    """As `told`, for what was there a moment ago: gone since then means look again and retry."""
    try:
        with told():
            yield
    except Gone as gone:
        raise StripeUnavailable from gone


def passing(error: stripe.StripeError) -> bool:
    """Whether the same request may well succeed later."""
    if isinstance(error, stripe.APIConnectionError | stripe.RateLimitError):
        return True
    status = error.http_status or 0
    return isinstance(error, stripe.APIError) and (status >= _SERVER_FAULT or status in _BUSY)
