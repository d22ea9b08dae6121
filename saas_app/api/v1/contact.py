"""Writing to the operator, signed in or not."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, Field

from saas_app.api.caller import AnyCaller, RequestOrigin
from saas_app.core.db import transaction
from saas_app.core.texts import text
from saas_app.help import contact

router = APIRouter(prefix="/api", tags=["Help"])

_LONGEST = 1024
_LONGEST_MESSAGE = 20_000


class ContactForm(BaseModel):
    """`email` counts only for those who are not signed in."""

    email: Annotated[str, Field(max_length=_LONGEST)] = ""
    topic: Annotated[str, Field(max_length=_LONGEST)] = ""
    message: Annotated[str, Field(max_length=_LONGEST_MESSAGE)] = ""


class Sent(BaseModel):
    message: str


@router.post("/contact")
def write_to_us(form: ContactForm, caller: AnyCaller, origin: RequestOrigin) -> Sent:
    """Send a message to the people who run this. Who is signed in gets a receipt by letter."""
    contact.count(origin.place)
    user_id = caller.user_id if caller else None
    message = contact.checked(caller.email if caller else form.email, form.topic, form.message)
    contact.count_sent(message, user_id)
    with transaction() as session:
        contact.send(session, message, user_id)
    return Sent(message=text("contact.sent_receipt" if caller else "contact.sent"))
