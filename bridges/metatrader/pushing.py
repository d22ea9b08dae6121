"""Signs messages as Standard Webhooks are signed and hands them to the product. Keeps nothing."""

import base64
import hashlib
import hmac
import json
import secrets
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from typing import Any

_PATIENCE_SECONDS = 15
_GAP = 409


class Refused(Exception):
    """The product said no; trying the same again would not help."""


class Gap(Refused):
    """Candles are missing before these; `until` is where to go on."""

    def __init__(self, until: int) -> None:
        super().__init__(f"the tape ends at {until}")
        self.until = until


class Pusher:
    def __init__(
        self,
        address: str,
        secret: str,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._address = address.rstrip("/")
        self._key = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
        self._clock = clock

    def push(self, kind: str, message: Mapping[str, Any]) -> dict[str, Any]:
        """The answer. Raises Gap, Refused, and OSError where nobody answers or the product is in trouble."""
        body = json.dumps(message, allow_nan=False).encode()
        request = urllib.request.Request(
            f"{self._address}/api/ingest/{kind}", body, self.signed(secrets.token_hex(16), body)
        )
        try:
            with urllib.request.urlopen(request, timeout=_PATIENCE_SECONDS) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            with error:
                said = _read(error)
            if error.code == _GAP and said.get("code") == "gap":
                raise Gap(int(said["until"])) from None
            if error.code >= 500 or error.code == 429:  # noqa: PLR2004 — later it may work
                raise OSError(f"{error.code} {said.get('detail', '')}") from None
            raise Refused(f"{error.code} {said.get('detail', '')}") from None

    def signed(self, ident: str, body: bytes) -> dict[str, str]:
        stamp = str(int(self._clock()))
        content = b".".join((ident.encode(), stamp.encode(), body))
        digest = base64.b64encode(hmac.new(self._key, content, hashlib.sha256).digest()).decode()
        return {
            "Content-Type": "application/json",
            "User-Agent": "tidemark-bridge",
            "webhook-id": ident,
            "webhook-timestamp": stamp,
            "webhook-signature": f"v1,{digest}",
        }


def _read(error: urllib.error.HTTPError) -> dict[str, Any]:
    try:
        said = json.load(error)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}
