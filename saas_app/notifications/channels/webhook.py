"""Hands one signed message to a customer's endpoint, in the format of Standard Webhooks.

https://www.standardwebhooks.com: the receiver checks the signature over id, time and body, and
tells a repetition by the id.
"""

import base64
import binascii
import hashlib
import hmac
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from saas_app.core.errors import Unavailable
from saas_app.core.texts import text
from saas_app.notifications.channels import outbound
from saas_app.notifications.channels.outbound import Refused

PREFIX = "whsec_"
_SECRET_BYTES = 32
_GONE = 410


@dataclass(frozen=True, slots=True)
class Target:
    url: str
    secret: str = field(repr=False)


def new_secret() -> str:
    return PREFIX + base64.b64encode(os.urandom(_SECRET_BYTES)).decode()


def send(
    target: Target, message_id: str, body: bytes, *, at: datetime, agent: str, loopback: bool
) -> int:
    """The status, which is one of success.

    Raises Refused for an address we never call and for "gone", Unavailable for every other answer:
    a receiver that is being mended answers all kinds of things.
    """
    headers = {
        "Content-Type": "application/json",
        "User-Agent": agent,
        **signed(target.secret, message_id, body, at=at),
    }
    status = outbound.post(target.url, body, headers, loopback=loopback)
    if 200 <= status < 300:  # noqa: PLR2004 — the class of success
        return status
    if status == _GONE:
        raise Refused(text("outbound.no_more"))
    raise Unavailable(text("outbound.answered", status=status))


def signed(secret: str, message_id: str, body: bytes, *, at: datetime) -> Mapping[str, str]:
    """The three headers. `secret` is ours, so one that cannot be read is a bug."""
    stamp = str(int(at.timestamp()))
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except binascii.Error as broken:
        raise ValueError("not a secret of ours") from broken
    content = b".".join((message_id.encode(), stamp.encode(), body))
    digest = base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()
    return {
        "webhook-id": message_id,
        "webhook-timestamp": stamp,
        "webhook-signature": f"v1,{digest}",
    }
