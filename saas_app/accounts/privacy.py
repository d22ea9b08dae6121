"""What the other members of one's workspaces see of one, and whether we may count one's visits."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, func, select

from saas_app.accounts import people, picture
from saas_app.accounts.models import LoginSession, User
from saas_app.core import clock
from saas_app.core.texts import text


@dataclass(frozen=True, slots=True)
class Choices:
    shows_name: bool
    shows_picture: bool
    shows_presence: bool
    analytics: bool


@dataclass(frozen=True, slots=True)
class Seen:
    """A person in the eyes of a fellow member. `picture` is the digest, empty where none is shown."""

    name: str
    picture: str
    last_seen_at: datetime | None


def of(user: User) -> Choices:
    return Choices(
        user.shows_name,
        user.shows_picture,
        user.shows_presence,
        user.analytics_agreed_at is not None,
    )


def choose(session: Session, user_id: int, wanted: Choices) -> User:
    """The moment somebody agreed to be counted is kept; taking it back forgets it."""
    user = people.by_id(session, user_id)
    user.shows_name, user.shows_picture = wanted.shows_name, wanted.shows_picture
    user.shows_presence = wanted.shows_presence
    agreed = user.analytics_agreed_at or clock.now()
    user.analytics_agreed_at = agreed if wanted.analytics else None
    session.add(user)
    return user


def seen(session: Session, user: User) -> Seen:
    """What a fellow member is shown; whoever hides their name is a member like any other."""
    user_id = people.ident(user)
    drawn = picture.of(session, user_id) if user.shows_picture else None
    return Seen(
        name=(user.name if user.shows_name else "") or text("privacy.nameless"),
        picture=drawn.digest if drawn else "",
        last_seen_at=_last_seen(session, user_id) if user.shows_presence else None,
    )


def _last_seen(session: Session, user_id: int) -> datetime | None:
    latest = select(func.max(LoginSession.last_seen_at)).where(col(LoginSession.user_id) == user_id)
    return session.exec(latest).one()
