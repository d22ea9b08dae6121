"""Who we are to an authenticator: the host of our one address. Another host knows none of its keys."""

from urllib.parse import urlsplit

from saas_app.core.settings import settings


def rp_id() -> str:
    """`localhost` works, `127.0.0.1` does not; a changed host makes every passkey useless."""
    return urlsplit(settings().origin).hostname or ""
