"""The questions of the help page with their answers, grouped, in the catalogue's order."""

from dataclasses import dataclass
from functools import cache

from saas_app.core.texts import under

GROUPS = ("start", "account", "billing", "levels", "notifications", "data", "developers")


@dataclass(frozen=True, slots=True)
class Answer:
    """`text` is Markdown. `id` is its place on the page, and never changes: links point at it."""

    id: str
    group: str
    question: str
    text: str


@cache
def every() -> tuple[Answer, ...]:
    words = under("answer")
    found = [
        Answer(name.replace("_", "-"), group, words[key], words[f"{group}.{name}.answer"])
        for key in words
        for group, name, part in [key.split(".")]
        if part == "question"
    ]
    return tuple(sorted(found, key=lambda answer: GROUPS.index(answer.group)))
