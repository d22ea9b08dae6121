"""Hands one text message to Twilio, or to whatever speaks its language. Knows nothing of who asked."""

from dataclasses import dataclass, field

import httpx

from saas_app.core.errors import Unavailable

_TIMEOUT_SECONDS = 10
_CREATED = 201
# Twilio's own trouble, and ours that an operator mends: the message waits.
_PASSING = {401, 403, 408, 429}


class Refused(Exception):
    """This message will never be taken: retrying cannot help."""


@dataclass(frozen=True, slots=True)
class Account:
    sid: str
    token: str = field(repr=False)
    sender: str
    base: str


def send(account: Account, to: str, body: str) -> str:
    """Twilio's id of the message.

    Raises Refused for a number or a text that cannot be used, Unavailable for what may pass.
    """
    url = f"{account.base}/2010-04-01/Accounts/{account.sid}/Messages.json"
    form = {"To": to, "From": account.sender, "Body": body}
    try:
        answer = httpx.post(
            url, data=form, auth=(account.sid, account.token), timeout=_TIMEOUT_SECONDS
        )
    except httpx.HTTPError as gone:
        raise Unavailable("The SMS provider does not answer.") from gone
    if answer.status_code == _CREATED:
        return str(_said(answer).get("sid", ""))
    if answer.is_server_error or answer.status_code in _PASSING:
        raise Unavailable(f"The SMS provider answers {answer.status_code}.")
    # The code alone: its words repeat the number.
    raise Refused(f"{answer.status_code}, code {_said(answer).get('code', 'unknown')}")


def _said(answer: httpx.Response) -> dict[str, object]:
    try:
        said = answer.json()
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}
