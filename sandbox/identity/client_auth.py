"""Whether a client's server is who it says: client_secret_basic or client_secret_post."""

import base64
import binascii
import hmac
from urllib.parse import unquote

from starlette.datastructures import FormData
from starlette.requests import Request

from sandbox.identity.providers import Provider


def proves(request: Request, form: FormData, provider: Provider) -> bool:
    """Both ways at once are refused, as RFC 6749 section 2.3 demands."""
    authorization = request.headers.get("authorization", "")
    by_form = (str(form.get("client_id") or ""), str(form.get("client_secret") or ""))
    if not authorization:
        return _same(by_form, provider)
    return not by_form[1] and _same(_basic(authorization), provider)


def _basic(authorization: str) -> tuple[str, str]:
    scheme, _, encoded = authorization.partition(" ")
    try:
        name, _, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return (unquote(name), unquote(secret)) if scheme.lower() == "basic" else ("", "")


def _same(given: tuple[str, str], provider: Provider) -> bool:
    wanted = f"{provider.client_id}\n{provider.client_secret}"
    return hmac.compare_digest("\n".join(given).encode(), wanted.encode())
