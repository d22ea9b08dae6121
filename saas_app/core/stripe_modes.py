"""Whether what was given of Stripe fits together. Pure: values in, sentences out."""

from typing import Protocol

from pydantic import SecretStr

LIVE_PREFIXES = ("sk_live_", "rk_live_")
_TEST_PREFIXES = ("sk_test_", "rk_test_")


class Given(Protocol):
    """The part of the settings that is asked about."""

    stripe_secret_key: SecretStr
    stripe_publishable_key: str
    stripe_webhook_secrets: list[str]
    stripe_api_base: str

    @property
    def live(self) -> bool: ...

    @property
    def secure(self) -> bool: ...


def checks(given: Given) -> list[tuple[bool, str]]:
    """Test and live are two worlds: half of each would take money and hear of none."""
    secret, public = given.stripe_secret_key.get_secret_value(), given.stripe_publishable_key
    return [
        (
            bool(secret) and not secret.startswith((*LIVE_PREFIXES, *_TEST_PREFIXES)),
            "STRIPE_SECRET_KEY does not begin with sk_ or rk_: give the secret (or a restricted) key, not the publishable one.",
        ),
        (
            bool(public) and not public.startswith(("pk_live_", "pk_test_")),
            "STRIPE_PUBLISHABLE_KEY does not begin with pk_: give the publishable key; a secret one must never reach a browser.",
        ),
        (
            bool(public) and bool(secret) and public.startswith("pk_live_") != given.live,
            "STRIPE_PUBLISHABLE_KEY and STRIPE_SECRET_KEY are of different modes: give both live or both test.",
        ),
        (
            any(not each.startswith("whsec_") for each in given.stripe_webhook_secrets),
            "STRIPE_WEBHOOK_SECRETS holds something that does not begin with whsec_: give the signing secrets of the endpoint, newest first.",
        ),
        (
            given.live and bool(given.stripe_api_base),
            "STRIPE_API_BASE is set together with a live key: a live key goes to Stripe and nowhere else.",
        ),
        (given.live and not given.secure, "A live Stripe key needs PUBLIC_URL with https://."),
    ]
