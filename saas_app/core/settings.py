"""Everything the environment may say, checked once. The only module that reads the environment."""

import secrets
from email.utils import parseaddr
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from saas_app.core import outside_checks, stripe_modes

_LEAST_SECRET = 32


class UnsafeSettings(Exception):
    """This start would be unsafe or could not work. `faults` names everything wrong at once."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__(
            "The settings were refused, nothing was started:\n"
            + "\n".join(f"  - {f}" for f in faults)
        )
        self.faults = faults


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_file=".env", env_ignore_empty=True, extra="ignore")

    env: Literal["development", "production"] = "development"
    port: int = 8000
    public_url: str = ""
    data_dir: Path = Path("var")
    database_url: str = ""
    redis_url: str = ""
    catalog: str = "tidemark"
    brand: str = "Tidemark"
    secret_keys: Annotated[list[str], NoDecode] = Field(default_factory=list[str])
    trusted_proxy_hops: int = 0
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_json: bool = False

    sandbox_port: int = 8420
    sandbox_smtp_port: int = 1025
    sandbox_bind: str = "127.0.0.1"

    stripe_secret_key: SecretStr = SecretStr("")
    stripe_publishable_key: str = ""
    stripe_webhook_secrets: Annotated[list[str], NoDecode] = Field(default_factory=list[str])
    stripe_api_base: str = ""
    automatic_tax: bool = False

    google_client_id: str = ""
    google_client_secret: SecretStr = SecretStr("")
    google_discovery_url: str = "https://accounts.google.com/.well-known/openid-configuration"
    microsoft_client_id: str = ""
    microsoft_client_secret: SecretStr = SecretStr("")
    microsoft_discovery_url: str = (
        "https://login.microsoftonline.com/common/v2.0/.well-known/openid-configuration"
    )
    github_client_id: str = ""
    github_client_secret: SecretStr = SecretStr("")
    github_base_url: str = "https://github.com"
    github_api_url: str = "https://api.github.com"
    twilio_account_sid: str = ""
    twilio_auth_token: SecretStr = SecretStr("")
    twilio_from: str = ""
    twilio_base_url: str = ""
    telegram_bot_token: SecretStr = SecretStr("")
    telegram_base_url: str = "https://api.telegram.org"
    webhooks_to_loopback: bool = False
    llm_base_url: str = ""
    llm_api_key: SecretStr = SecretStr("")
    llm_model: str = ""

    market_sources: Annotated[list[str], NoDecode] = Field(default_factory=lambda: ["demo"])
    ingest_secrets: Annotated[list[str], NoDecode] = Field(default_factory=list[str])

    smtp_url: SecretStr = SecretStr("")
    mail_events_secret: SecretStr = SecretStr("")
    mail_from: str = "Tidemark <hello@tidemark.example>"
    support_email: str = ""

    @field_validator(
        "secret_keys", "stripe_webhook_secrets", "market_sources", "ingest_secrets", mode="before"
    )
    @classmethod
    def _split(cls, value: object) -> object:
        return (
            [part.strip() for part in value.split(",") if part.strip()]
            if isinstance(value, str)
            else value
        )

    @field_validator(
        "public_url",
        "stripe_api_base",
        "twilio_base_url",
        "telegram_base_url",
        "llm_base_url",
        "github_base_url",
        "github_api_url",
        mode="after",
    )
    @classmethod
    def _no_trailing_slash(cls, value: str) -> str:
        return value.rstrip("/")

    @cached_property
    def origin(self) -> str:
        """The one address people reach us at, without a trailing slash; links are built from it."""
        return self.public_url or f"http://localhost:{self.port}"

    @property
    def secure(self) -> bool:
        return self.origin.startswith("https://")

    @property
    def host(self) -> str:
        """`example.com` or `localhost:8000`: what a Host header must say."""
        return urlsplit(self.origin).netloc

    @property
    def live(self) -> bool:
        return self.stripe_secret_key.get_secret_value().startswith(stripe_modes.LIVE_PREFIXES)

    @property
    def sandboxed(self) -> bool:
        """Whether Stripe is the local sandbox: true until a Stripe key is set."""
        return self.env == "development" and not self.stripe_secret_key.get_secret_value()

    @property
    def sandbox_origin(self) -> str:
        return f"http://127.0.0.1:{self.sandbox_port}"

    @property
    def stripe_key(self) -> str:
        return "sk_test_sandbox" if self.sandboxed else self.stripe_secret_key.get_secret_value()

    @property
    def stripe_base(self) -> str:
        """Empty means Stripe's own addresses."""
        return self.sandbox_origin if self.sandboxed else self.stripe_api_base

    @property
    def texts_to_sandbox(self) -> bool:
        """Whether text messages go to the sandbox's tray: until Twilio's account is set."""
        return self.sandboxed and not self.twilio_account_sid

    @property
    def twilio_sid(self) -> str:
        """Empty where nobody sends text messages for us."""
        return "ACsandbox" if self.texts_to_sandbox else self.twilio_account_sid

    @property
    def twilio_token(self) -> str:
        return "sandbox" if self.texts_to_sandbox else self.twilio_auth_token.get_secret_value()

    @property
    def twilio_sender(self) -> str:
        return self.brand if self.texts_to_sandbox else self.twilio_from

    @property
    def twilio_base(self) -> str:
        if self.texts_to_sandbox:
            return self.sandbox_origin
        return self.twilio_base_url or "https://api.twilio.com"

    @property
    def smtp(self) -> str:
        """`smtp://user:secret@host:port`; the sandbox's catcher in development, else empty."""
        given = self.smtp_url.get_secret_value()
        return given or (
            f"smtp://127.0.0.1:{self.sandbox_smtp_port}" if self.env == "development" else ""
        )

    @property
    def mail_from_address(self) -> str:
        """The bare address in MAIL_FROM: where people write back to."""
        return parseaddr(self.mail_from)[1]

    @property
    def support_address(self) -> str:
        """Where messages from the help page go."""
        return self.support_email or self.mail_from_address

    @cached_property
    def database(self) -> str:
        if not self.database_url:
            return f"sqlite:///{(self.data_dir / 'tidemark.db').resolve()}"
        scheme, _, rest = self.database_url.partition("://")
        return (
            f"postgresql+psycopg://{rest}"
            if scheme in {"postgres", "postgresql"}
            else self.database_url
        )

    @property
    def on_sqlite(self) -> bool:
        return self.database.startswith("sqlite")

    def faults(self) -> list[str]:
        """Every reason not to start, each as a sentence that says what to set."""
        return [sentence for wrong, sentence in self._checks() if wrong]

    def _checks(self) -> list[tuple[bool, str]]:
        production = self.env == "production"
        weak = [key for key in self.secret_keys if len(key) < _LEAST_SECRET]
        return [
            (
                production and not self.secret_keys,
                "SECRET_KEYS is not set: give at least one random text of 32 characters or more (`openssl rand -hex 32`).",
            ),
            (
                bool(weak),
                "SECRET_KEYS holds a secret shorter than 32 characters: replace it with a longer one.",
            ),
            (
                production and not self.public_url,
                "PUBLIC_URL is not set: give the https address your customers open.",
            ),
            (
                production and bool(self.public_url) and not self.secure,
                "PUBLIC_URL does not begin with https://: sessions would travel in the clear.",
            ),
            (
                production and not self.stripe_key,
                "STRIPE_SECRET_KEY is not set: the sandbox is for development only.",
            ),
            (
                production and not self.smtp,
                "SMTP_URL is not set: nobody could verify an address or reset a password.",
            ),
            *stripe_modes.checks(self),
            *outside_checks.checks(self),
        ]


_current: Settings | None = None


def settings() -> Settings:
    global _current  # noqa: PLW0603 — read once per process, replaced only by `use`
    if _current is None:
        _current = prepared(Settings())
    return _current


def use(replacement: Settings) -> None:
    """Install other settings: the command line and the tests do, before anything else starts."""
    global _current  # noqa: PLW0603 — see settings()
    _current = replacement


def prepared(given: Settings) -> Settings:
    """The settings, refused when unsafe, with a development secret made and kept where none is set.

    Raises UnsafeSettings.
    """
    if faults := given.faults():
        raise UnsafeSettings(faults)
    # Database, letters and keys are in it: nobody else on the machine has business there.
    given.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not given.secret_keys:
        given.secret_keys = [_kept_secret(given.data_dir / "secret.key")]
    return given


def _kept_secret(path: Path) -> str:
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_hex(_LEAST_SECRET))
    return path.read_text().strip()
