"""What a person may change about themselves without proving anything again."""

from unicodedata import category

from sqlmodel import Session

from saas_app.accounts import people
from saas_app.accounts.models import User
from saas_app.core.errors import Invalid

LONGEST_NAME = 80
LONGEST_BIO = 500
THEMES = ("dark", "light", "system")
DENSITIES = ("comfortable", "compact")


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


def checked_bio(bio: str) -> str:
    """The text with its line breaks and nothing unprintable. Raises Invalid (field `bio`)."""
    kept = "".join(each for each in bio if each == "\n" or category(each) not in {"Cc", "Cs"})
    if len(kept.strip()) > LONGEST_BIO:
        raise Invalid(
            "That text is too long. Nothing was changed.",
            fields={"bio": f"Use at most {LONGEST_BIO} characters."},
        )
    return kept.strip()


def rename(session: Session, user_id: int, name: str) -> User:
    user = people.by_id(session, user_id)
    user.name = checked_name(name)
    session.add(user)
    return user


def describe(session: Session, user_id: int, name: str, bio: str) -> User:
    """Name and bio together. Raises Invalid with every problem at once."""
    problems: dict[str, str] = {}
    for check, value in ((checked_name, name), (checked_bio, bio)):
        try:
            check(value)
        except Invalid as wrong:
            problems.update(wrong.fields)
    if problems:
        raise Invalid("Nothing was changed yet.", fields=problems)
    user = people.by_id(session, user_id)
    user.name, user.bio = checked_name(name), checked_bio(bio)
    session.add(user)
    return user


def choose_theme(session: Session, user_id: int, theme: str) -> User:
    """Raises Invalid (field `theme`)."""
    return _choose(session, user_id, "theme", theme, THEMES)


def choose_density(session: Session, user_id: int, density: str) -> User:
    """Raises Invalid (field `density`)."""
    return _choose(session, user_id, "density", density, DENSITIES)


def appearance(session: Session, user_id: int) -> str:
    """`dark.compact`: theme and density, as the pages' first script reads them."""
    user = people.by_id(session, user_id)
    return f"{user.theme}.{user.density}"


def _choose(
    session: Session, user_id: int, field: str, wanted: str, offered: tuple[str, ...]
) -> User:
    if wanted not in offered:
        raise Invalid(
            f"There is no such {field}. Nothing was changed.",
            fields={field: f"Choose one of: {', '.join(offered)}."},
        )
    user = people.by_id(session, user_id)
    setattr(user, field, wanted)
    session.add(user)
    return user
