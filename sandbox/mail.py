"""A mailbox that takes every mail sent to it and delivers none; SMS lie in the same drawer."""

import asyncio
import email
import email.policy
import json
import re
import time
from email.message import EmailMessage
from html import unescape
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

from sandbox.store import Body
from sandbox.world import World

BIGGEST_MAIL = 10_000_000
_LINK = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:!?)\]]")
_TAG = re.compile(r"<(?:script|style)\b.*?</(?:script|style)>|<[^>]+>", re.DOTALL | re.IGNORECASE)


class Catcher:
    """What aiosmtpd calls when a mail has come in whole."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - the name aiosmtpd looks for
        """Keep the mail, once for everyone it is addressed to."""
        raw = envelope.content or b""
        said = parse(raw if isinstance(raw, bytes) else raw.encode())
        for recipient in envelope.rcpt_tos:
            keep(self._world, "mail", recipient, said)
        return "250 Kept in the sandbox's mailbox"


async def listen(world: World, host: str, port: int) -> asyncio.Server:
    """Take mail on this port until the server is closed."""
    loop = asyncio.get_running_loop()
    return await loop.create_server(
        lambda: SMTP(
            Catcher(world), data_size_limit=BIGGEST_MAIL, enable_SMTPUTF8=True, ident="sandbox"
        ),
        host,
        port,
    )


def parse(raw: bytes) -> Body:
    """Subject, sender, text, HTML and links of a mail."""
    message = email.message_from_bytes(raw, policy=email.policy.default)
    text, html = _part(message, "plain"), _part(message, "html")
    return {
        "subject": str(message["subject"] or ""),
        "from": str(message["from"] or ""),
        "text": text or _readable(html),
        "html": html,
        "links": links(f"{text}\n{unescape(html)}"),
        "headers": {name.lower(): str(value) for name, value in message.items()},
    }


def links(text: str) -> list[str]:
    """Every address in the text, once, in order."""
    return list(dict.fromkeys(_LINK.findall(text)))


def keep(world: World, channel: str, recipient: str, said: Body) -> int:
    """Put a message into the drawer."""
    body = json.dumps({**said, "sandbox_time": world.now()})
    with world.store.transaction():
        row = world.store.db.execute(
            "INSERT INTO messages (channel, recipient, received, body) VALUES (?, ?, ?, ?)"
            " RETURNING id",
            (channel, recipient, time.time(), body),
        ).fetchone()
    return int(row["id"])


def find(world: World, channel: str, to: str | None = None, limit: int = 200) -> list[Body]:
    """Messages, newest first, perhaps only those to one address."""
    rows = world.store.db.execute(
        "SELECT * FROM messages WHERE channel = ? AND (? IS NULL OR lower(recipient) = lower(?))"
        " ORDER BY id DESC LIMIT ?",
        (channel, to, to, limit),
    ).fetchall()
    return [_shown(row) for row in rows]


def read(world: World, message_id: int) -> Body | None:
    """One message."""
    query = "SELECT * FROM messages WHERE id = ?"
    row = world.store.db.execute(query, (message_id,)).fetchone()
    return _shown(row) if row else None


def _shown(row: Any) -> Body:
    kept = {"id": row["id"], "to": row["recipient"], "received": row["received"]}
    return {**kept, **json.loads(row["body"])}


def _part(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    return str(part.get_content()) if part is not None else ""


def _readable(html: str) -> str:
    return re.sub(r"\n\s*\n+", "\n\n", unescape(_TAG.sub(" ", html))).strip()
