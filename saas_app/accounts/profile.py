"""What a person may change about themselves without proving anything again."""

from unicodedata import category

from sqlmodel import Session

from saas_app.accounts import people
from saas_app.accounts.models import User
from saas_app.core.errors import Invalid

LONGEST_NAME = 80
THEMES = ("dark", "light", "system")


def checked_name(name: str) -> str:
    """The name with single spaces and nothing unprintable. Raises Invalid (field `name`)."""
    # PostgreSQL keeps no NUL, and no database half of a surrogate pair.
    kept = "".join(" " if category(each) in {"Cc", "Cs"} else each for each in name)
    tidy = " ".join(kept.split())
    if len(tidy) > LONGEST_NAME:
        raise Invalid(
            "That name is too long. Nothing was changed.",
            fields={"name": f"Use at most {LONGEST_NAME} characters."},
        )
    return tidy


def rename(session: Session, user_id: int, name: str) -> User:
    user = people.by_id(session, user_id)
    user.name = checked_name(name)
    session.add(user)
    return user


def choose_theme(session: Session, user_id: int, theme: str) -> User:
    """Raises Invalid (field `theme`)."""
    if theme not in THEMES:
        raise Invalid(
            "There is no such theme. Nothing was changed.",
            fields={"theme": f"Choose one of: {', '.join(THEMES)}."},
        )
    user = people.by_id(session, user_id)
    user.theme = theme
    session.add(user)
    return user
