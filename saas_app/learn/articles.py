"""The articles, read from Markdown files with a few lines about each on top. Draws nothing."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from saas_app.core.texts import DEFAULT_LOCALE

_FOLDER = Path(__file__).parent
_RULE = "---\n"


@dataclass(frozen=True, slots=True)
class Article:
    """`body` is Markdown; `{origin}` and `{brand}` in it are filled in by whoever shows it."""

    slug: str
    title: str
    summary: str
    minutes: int
    order: int
    body: str


@cache
def every(locale: str = DEFAULT_LOCALE) -> tuple[Article, ...]:
    """In their order."""
    found = [_read(path) for path in (_FOLDER / locale).glob("*.md")]
    return tuple(sorted(found, key=lambda article: article.order))


def after(article: Article) -> Article | None:
    """The one to read next."""
    return next((other for other in every() if other.order > article.order), None)


def _read(path: Path) -> Article:
    _, head, body = path.read_text(encoding="utf-8").split(_RULE, 2)
    about = dict(line.split(": ", 1) for line in head.strip().splitlines())
    return Article(
        path.stem,
        about["title"],
        about["summary"],
        int(about["minutes"]),
        int(about["order"]),
        body.strip(),
    )
