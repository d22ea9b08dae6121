"""What the environment says, checked before anything starts: loopback, and never a live key."""

import ipaddress
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

LIVE_PREFIXES = ("sk_live_", "rk_live_")
_KEYS = ("STRIPE_SECRET_KEY", "STRIPE_API_KEY")


class UnsafeStart(Exception):
    """The sandbox will not run like this; the message says what to change."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """How this process is reached and where it keeps its memory."""

    port: int = 8420
    smtp_port: int = 1025
    bind: str = "127.0.0.1"
    data_dir: Path = Path("var")
    app_url: str = "http://localhost:8000"

    @property
    def url(self) -> str:
        """Where a browser on this machine finds the sandbox; used in every link it hands out."""
        return f"http://localhost:{self.port}"


def read(environ: Mapping[str, str] = os.environ) -> Settings:
    """The settings, or every reason why not, at once."""
    faults = [
        f"{name} is a live key. The sandbox only plays with test keys and would never charge"
        " anyone. Nothing was started. Unset it, or stop the sandbox and use the real Stripe."
        for name in _KEYS
        if environ.get(name, "").startswith(LIVE_PREFIXES)
    ]
    settings = Settings(
        port=_port(environ, "SANDBOX_PORT", 8420, faults),
        smtp_port=_port(environ, "SANDBOX_SMTP_PORT", 1025, faults),
        bind=environ.get("SANDBOX_BIND") or "127.0.0.1",
        data_dir=Path(environ.get("DATA_DIR") or "var"),
        app_url=(environ.get("PUBLIC_URL") or _local(environ, faults)).rstrip("/"),
    )
    if not is_loopback(settings.bind) and environ.get("ENV") == "production":
        faults.append(
            f"SANDBOX_BIND={settings.bind} would show the sandbox to other machines in production."
            " Unset SANDBOX_BIND, or unset ENV=production if this is a container for trying out."
        )
    if faults:
        raise UnsafeStart("\n".join(faults))
    return settings


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach the address."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _local(environ: Mapping[str, str], faults: list[str]) -> str:
    return f"http://localhost:{_port(environ, 'PORT', 8000, faults)}"


def _port(environ: Mapping[str, str], name: str, default: int, faults: list[str]) -> int:
    text = environ.get(name) or str(default)
    if text.isdecimal() and 0 < int(text) < 65_536:  # noqa: PLR2004 - the highest TCP port
        return int(text)
    faults.append(f"{name}={text!r} is not a port. Give a number from 1 to 65535.")
    return default
