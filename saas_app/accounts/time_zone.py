"""Where a person's clock hangs: as their browser says, until they choose for themselves."""

import functools
from zoneinfo import available_timezones

from sqlmodel import Session, col, update

from saas_app.accounts import people
from saas_app.accounts.models import User
from saas_app.core.errors import Invalid

USUAL = "UTC"
# The database's own spellings of files and of old names that nobody looks for.
_NOT_OFFERED = ("Etc/", "SystemV/", "posix/", "right/", "US/", "Brazil/", "Canada/", "Chile/")


@functools.cache
def offered() -> tuple[str, ...]:
    """What a person chooses from: places, and UTC."""
    places = (
        name for name in available_timezones() if "/" in name and not name.startswith(_NOT_OFFERED)
    )
    return (USUAL, *sorted(places))


@functools.cache
def _known() -> frozenset[str]:
    # A file of one machine, not a name.
    return frozenset(available_timezones() - {"localtime"})


def known(name: str) -> bool:
    return name in _known()


def follow(session: Session, user_id: int, told: str) -> bool:
    """Keep what a browser told, unless the person chose; whether anything was written."""
    if not known(told):
        return False
    following = update(User).where(
        col(User.id) == user_id,
        col(User.time_zone_chosen).is_(False),
        col(User.time_zone) != told,
    )
    return session.exec(following.values(time_zone=told)).rowcount == 1


def choose(session: Session, user_id: int, wanted: str) -> User:
    """An empty choice goes back to following the browser. Raises Invalid (field `time_zone`)."""
    if wanted and not known(wanted):
        raise Invalid(
            "There is no such time zone. Nothing was changed.",
            fields={"time_zone": "Choose a name of the time zone database, like Europe/Berlin."},
        )
    user = people.by_id(session, user_id)
    user.time_zone, user.time_zone_chosen = wanted or user.time_zone, bool(wanted)
    session.add(user)
    return user
