"""The first steps that remain: facts in, a list out. Pure."""

from collections.abc import Callable
from dataclasses import dataclass

NEWCOMER = "new"
DAILY = "daily"


@dataclass(frozen=True, slots=True)
class Facts:
    """What one person has done so far, and what this product has at all."""

    experience: str = ""
    answered: bool = False
    watches: bool = False
    toured: bool = False
    practised: bool = False
    protected: bool = False
    named: bool = False
    pictured: bool = False
    has_watchlist: bool = True
    has_tutorial: bool = True


@dataclass(frozen=True, slots=True)
class Item:
    """One first step; its words stand under `first_steps.<id>`."""

    id: str
    done: Callable[[Facts], bool]
    asked: Callable[[Facts], bool] = lambda _facts: True


@dataclass(frozen=True, slots=True)
class Line:
    id: str
    done: bool


ITEMS: tuple[Item, ...] = (
    Item("wizard", lambda facts: facts.answered),
    Item(
        "tutorial",
        lambda facts: facts.practised,
        lambda facts: facts.has_tutorial and facts.experience != DAILY,
    ),
    Item("tour", lambda facts: facts.toured),
    Item("watchlist", lambda facts: facts.watches, lambda facts: facts.has_watchlist),
    Item("second_factor", lambda facts: facts.protected),
    Item("name", lambda facts: facts.named),
    Item("picture", lambda facts: facts.pictured),
)
# What a newcomer is shown before anything else; the others first look around.
_FIRST_FOR_NEWCOMERS = "tutorial"


def lines(facts: Facts) -> list[Line]:
    """The steps for this person, what comes next first, what is done last."""
    found = [Line(item.id, item.done(facts)) for item in ITEMS if item.asked(facts)]
    return sorted(found, key=lambda line: (line.done, not _comes_first(line, facts)))


def over(found: list[Line]) -> bool:
    return all(line.done for line in found)


def _comes_first(line: Line, facts: Facts) -> bool:
    return facts.experience == NEWCOMER and line.id == _FIRST_FOR_NEWCOMERS
