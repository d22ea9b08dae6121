"""The content security policy: our own scripts, and the inline ones of this very build by hash."""

import base64
import hashlib
import re
from functools import cache
from pathlib import Path

from saas_app.accounts.oauth import providers
from saas_app.core.settings import settings

_INLINE = re.compile(rb"<script(?![^>]*\ssrc=)[^>]*>(.*?)</script>", re.DOTALL)
BUILD = Path(".web/build/client")


@cache
def policy() -> str:
    """Computed at start, never pasted: a new React Router changes the hashes. No unsafe-eval."""
    socket = settings().origin.replace("http", "ws", 1)
    hashes = " ".join(sorted(_hashes()))
    return "; ".join(
        (
            "default-src 'self'",
            f"script-src 'self' {hashes}".strip(),
            "style-src 'self' 'unsafe-inline'",  # emotion writes style elements at run time
            "img-src 'self' data: blob:",
            "font-src 'self'",
            f"connect-src 'self' {socket}",
            "object-src 'none'",
            "base-uri 'self'",
            f"form-action 'self' {settings().sandbox_origin if settings().sandboxed else 'https://checkout.stripe.com'} {_providers()}".strip(),
            "frame-ancestors 'none'",
        )
    )


def _providers() -> str:
    """Browsers follow a form's redirect only to where forms may be sent."""
    return " ".join(sorted({each.origin for each in providers.offered()}))


def _hashes() -> set[str]:
    found: set[str] = set()
    for page in BUILD.glob("**/*.html"):
        for script in _INLINE.findall(page.read_bytes()):
            found.add(f"'sha256-{base64.b64encode(hashlib.sha256(script).digest()).decode()}'")
    return found
