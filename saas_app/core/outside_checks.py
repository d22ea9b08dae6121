"""Whether what was given of the services beside Stripe fits together and is safe. Pure: values in, sentences out."""

import base64
import binascii
from typing import Protocol

from pydantic import SecretStr


class Given(Protocol):
    """The part of the settings that is asked about."""

    google_client_id: str
    google_client_secret: SecretStr
    google_discovery_url: str
    microsoft_client_id: str
    microsoft_client_secret: SecretStr
    microsoft_discovery_url: str
    github_client_id: str
    github_client_secret: SecretStr
    github_base_url: str
    github_api_url: str
    twilio_account_sid: str
    twilio_auth_token: SecretStr
    twilio_from: str
    telegram_base_url: str
    webhooks_to_loopback: bool
    market_sources: list[str]
    ingest_secrets: list[str]
    llm_base_url: str
    llm_model: str

    @property
    def env(self) -> str: ...


def checks(given: Given) -> list[tuple[bool, str]]:
    return [*_log_ins(given), *_messages(given), *_feeds(given), *_models(given)]


def _log_ins(given: Given) -> list[tuple[bool, str]]:
    pairs = (
        ("GOOGLE", given.google_client_id, given.google_client_secret),
        ("MICROSOFT", given.microsoft_client_id, given.microsoft_client_secret),
        ("GITHUB", given.github_client_id, given.github_client_secret),
    )
    addresses = (
        given.google_discovery_url,
        given.microsoft_discovery_url,
        given.github_base_url,
        given.github_api_url,
    )
    return [
        *(
            (
                bool(client) != bool(secret.get_secret_value()),
                f"{name}_CLIENT_ID and {name}_CLIENT_SECRET belong together: set both, or neither.",
            )
            for name, client, secret in pairs
        ),
        (
            given.env == "production"
            and not all(each.startswith("https://") for each in addresses),
            "GOOGLE_DISCOVERY_URL, MICROSOFT_DISCOVERY_URL, GITHUB_BASE_URL and GITHUB_API_URL must begin with https://: whoever listens could log in as anybody.",
        ),
    ]


def _messages(given: Given) -> list[tuple[bool, str]]:
    production = given.env == "production"
    return [
        (
            bool(given.twilio_account_sid)
            and not (given.twilio_auth_token.get_secret_value() and given.twilio_from),
            "TWILIO_ACCOUNT_SID is set without TWILIO_AUTH_TOKEN or TWILIO_FROM: no text message could be sent. Set all three, or none.",
        ),
        (
            production and not given.telegram_base_url.startswith("https://"),
            "TELEGRAM_BASE_URL must begin with https://: the bot's token travels in its address.",
        ),
        (
            production and given.webhooks_to_loopback,
            "WEBHOOKS_TO_LOOPBACK is set in production: customers' webhooks could call this machine's own doors. Take it away.",
        ),
    ]


SOURCES = ("demo", "mt5", "ccxt")
_LEAST_BYTES = 24


def _feeds(given: Given) -> list[tuple[bool, str]]:
    return [
        (
            bool(set(given.market_sources) - set(SOURCES)) or not given.market_sources,
            f"MARKET_SOURCES names a source that there is not: give one or more of {', '.join(SOURCES)}.",
        ),
        (
            any(not _usable(secret) for secret in given.ingest_secrets),
            'INGEST_SECRETS holds a text that is no secret: each is whsec_ and the base64 of at least 24 random bytes (`echo "whsec_$(openssl rand -base64 32)"`).',
        ),
    ]


def _usable(secret: str) -> bool:
    try:
        key = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except (binascii.Error, ValueError):
        return False
    return secret.startswith("whsec_") and len(key) >= _LEAST_BYTES


_ENCRYPTED_OR_HERE = ("https://", "http://127.0.0.1:", "http://localhost:")


def _models(given: Given) -> list[tuple[bool, str]]:
    return [
        (
            bool(given.llm_base_url) != bool(given.llm_model),
            "LLM_BASE_URL and LLM_MODEL belong together: set both, or neither.",
        ),
        (
            given.env == "production"
            and bool(given.llm_base_url)
            and not given.llm_base_url.startswith(_ENCRYPTED_OR_HERE),
            "LLM_BASE_URL must begin with https:// unless the model runs on this machine: its key travels with every question.",
        ),
    ]
