"""Whether a text says only numbers that were given to it. Pure: whoever words facts anew may not add any."""

import re
from collections.abc import Iterable
from decimal import Decimal

_FIGURE = re.compile(r"\d[\d.,]*")
_WRITTEN = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?")
# A figure in letters is one all the same. "One" is left out: it is mostly a pronoun.
_IN_LETTERS = frozenset(
    re.findall(
        r"\w+",
        "two three four five six seven eight nine ten eleven twelve fifteen twenty thirty forty fifty"
        " sixty seventy eighty ninety hundred thousand million billion half third quarter twice"
        " double doubled triple tripled dozen",
    )
)


def added(words: str, given: Iterable[str]) -> list[str]:
    """Every number of the text that is not among those given, as it is written."""
    known = "\n".join(given)
    figures = {value for each in _FIGURE.findall(known) if (value := _value(each)) is not None}
    foreign = [each for each in _FIGURE.findall(words) if _value(each) not in figures]
    spelled = (_words(words) & _IN_LETTERS) - _words(known)
    return [each.rstrip(".,") for each in foreign] + sorted(spelled)


def _value(figure: str) -> Decimal | None:
    """None for what is no number in our spelling: it cannot be compared, so it is not let through."""
    figure = figure.rstrip(".,")
    return Decimal(figure.replace(",", "")) if _WRITTEN.fullmatch(figure) else None


def _words(words: str) -> set[str]:
    return set(re.findall(r"[a-z]+", words.lower()))
