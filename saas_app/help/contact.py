"""A message to the operator. Writes to nobody whose address was only typed: only to who is signed in."""

import hashlib
from dataclasses import dataclass
from unicodedata import category

from sqlmodel import Session

from saas_app.accounts import email_address, letters, people
from saas_app.core import clock, rate_limit
from saas_app.core.errors import Invalid
from saas_app.core.settings import settings
from saas_app.core.texts import text
from saas_app.notifications import mail

TOPICS = ("question", "billing", "account", "privacy", "bug", "other")
SHORTEST = 10
LONGEST = 4000
_HOUR, _DAY = 3600, 86_400


@dataclass(frozen=True, slots=True)
class Message:
    sender: str
    topic: str
    text: str


def checked(email: str, topic: str, message: str) -> Message:
    """Raises Invalid with every problem at once, each under its field."""
    problems: dict[str, str] = {}
    sender = ""
    try:
        sender = email_address.parse(email).written
    except Invalid as wrong:
        problems.update(wrong.fields)
    if topic not in TOPICS:
        problems["topic"] = text("contact.no_topic")
    kept = "".join(each for each in message if each == "\n" or category(each) not in {"Cc", "Cs"})
    kept = kept.strip()
    if not SHORTEST <= len(kept) <= LONGEST:
        problems["message"] = text("contact.length", shortest=SHORTEST, longest=LONGEST)
    if problems:
        raise Invalid(text("contact.refused"), fields=problems)
    return Message(sender, topic, kept)


def count(place: str) -> None:
    """One try from this place. Raises TooMany."""
    rate_limit.hit("contact", place, limit=20, seconds=_HOUR)


def count_sent(message: Message, user_id: int | None) -> None:
    """One message of this person, and one of all there are. Raises TooMany."""
    person = str(user_id) if user_id is not None else email_address.parse(message.sender).key
    rate_limit.hit("contact.person", person, limit=5, seconds=_DAY)
    rate_limit.hit("contact.all", "", limit=200, seconds=_HOUR)


def send(session: Session, message: Message, user_id: int | None) -> None:
    """A letter to the operator, and a receipt for whoever is signed in. Twice a day's same is once."""
    said = f"{message.sender}\n{message.topic}\n{message.text}\n{clock.wall():%Y-%m-%d}"
    key = f"contact:{user_id or 0}:{hashlib.sha256(said.encode()).hexdigest()[:32]}"
    topic = text(f"contact.topic.{message.topic}")
    mail.write(
        session,
        "contact_message",
        key=key,
        to=settings().support_address,
        link=f"mailto:{message.sender}",
        topic=topic,
        sender=message.sender,
        account=text("contact.account", number=user_id) if user_id else text("contact.no_account"),
        message=message.text,
    )
    if user_id is not None:
        letters.write(
            session,
            "contact_receipt",
            people.by_id(session, user_id),
            path="/help",
            key=f"{key}:receipt",
            topic=topic,
            message=message.text,
        )
