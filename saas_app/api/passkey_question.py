"""A question for an authenticator as a page gets it; half of it is a cookie that scripts cannot read."""

from typing import Annotated, Any

from fastapi import Request, Response
from pydantic import BaseModel, Field

from saas_app.accounts.passkeys import challenge
from saas_app.accounts.passkeys.challenge import Purpose, Question
from saas_app.api.boundary import cookie
from saas_app.api.entry import set_cookie
from saas_app.core.db import transaction


class Asked(BaseModel):
    """`options` is what `navigator.credentials` is called with; `ticket` comes back with the answer."""

    ticket: str
    options: dict[str, Any]


class Answer(BaseModel):
    ticket: Annotated[str, Field(max_length=100)]
    credential: dict[str, Any]


def browser(request: Request) -> str:
    return cookie(request.headers, challenge.COOKIE)


def asked(response: Response, question: Question, options: dict[str, Any]) -> Asked:
    set_cookie(response, challenge.COOKIE, question.browser, age=None)
    return Asked(ticket=question.ticket, options=options)


def spent(request: Request, purpose: Purpose, ticket: str, user_id: int | None = None) -> bytes:
    """The challenge, used up and committed before its answer is looked at. Raises WrongPasskey."""
    with transaction() as session:
        return challenge.spend(session, purpose, browser(request), ticket, user_id)
