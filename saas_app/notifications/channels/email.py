"""Hands one letter to the SMTP server of the settings. Knows nothing of who asked for it."""

import asyncio
import ssl
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

import aiosmtplib

from saas_app.core.errors import Unavailable

_TIMEOUT_SECONDS = 10
_IMPLICIT_TLS_PORT = 465
_PERMANENT = 500


class Refused(Exception):
    """The server will never take this letter: retrying cannot help.

    `mailbox_gone` when it named the reader as the reason, so that no other letter can help either.
    """

    def __init__(self, words: str, *, mailbox_gone: bool = False) -> None:
        super().__init__(words)
        self.mailbox_gone = mailbox_gone


def send(message: EmailMessage, url: str) -> None:
    """Deliver by `smtp://` or `smtps://user:secret@host:port`.

    Raises Refused for a permanent answer and Unavailable for anything that may pass.
    """
    try:
        asyncio.run(_send(message, url))
    except aiosmtplib.SMTPRecipientsRefused as refused:
        if all(answer.code >= _PERMANENT for answer in refused.recipients):
            raise Refused(str(refused), mailbox_gone=True) from refused
        raise Unavailable("The mail server asks us to try later.") from refused
    except aiosmtplib.SMTPDataError as answer:
        if answer.code >= _PERMANENT:
            raise Refused(str(answer)) from answer
        raise Unavailable("The mail server asks us to try later.") from answer
    except aiosmtplib.SMTPResponseException as answer:
        # A wrong password or sender is ours to mend: the letters wait until it is.
        raise Unavailable("The mail server does not take our letters.") from answer
    except (aiosmtplib.SMTPException, OSError) as gone:
        raise Unavailable("The mail server does not answer.") from gone


async def _send(message: EmailMessage, url: str) -> None:
    server = urlsplit(url)
    implicit = server.scheme == "smtps" or server.port == _IMPLICIT_TLS_PORT
    with_password = bool(server.username)
    await aiosmtplib.send(
        message,
        hostname=server.hostname,
        port=server.port,
        username=unquote(server.username) if server.username else None,
        password=unquote(server.password) if server.password else None,
        use_tls=implicit,
        # A password never travels in the clear: without implicit TLS it demands STARTTLS.
        start_tls=None if implicit or not with_password else True,
        tls_context=ssl.create_default_context(),
        timeout=_TIMEOUT_SECONDS,
    )
