"""Turns a kind and its facts into the words of a letter, in text and in HTML. Sends nothing.

The HTML comes from one MJML file, which knows what mail programs can draw; it is compiled once per
process, in a millisecond, with its Jinja marks left in place.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import mrml
from jinja2 import Environment, StrictUndefined, Template

from saas_app.core.settings import settings
from saas_app.core.texts import has, text

_TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True, slots=True)
class Letter:
    subject: str
    body: str
    html: str


def written(kind: str, *, name: str, link: str, unsubscribe: str = "", **facts: Any) -> Letter:
    """The letter of this kind. `link` is the one thing to do, `unsubscribe` the way out of its list."""
    facts = {"brand": settings().brand, "origin": settings().origin, **facts}
    paragraphs = text(f"mail.{kind}.body", **facts).split("\n\n")
    context = {
        "brand": settings().brand,
        "subject": text(f"mail.{kind}.subject", **facts),
        "heading": text(f"mail.{kind}.heading", **facts),
        "greeting": text("mail.greeting", name=name) if name else text("mail.greeting_nameless"),
        "preview": paragraphs[0][:120],
        "paragraphs": paragraphs,
        "button": text(f"mail.{kind}.button", **facts)
        if link and has(f"mail.{kind}.button")
        else "",
        "link": link,
        "link_hint": text("mail.link_hint"),
        "footer": text("mail.footer", **facts),
        "unsubscribe": unsubscribe,
        "unsubscribe_hint": text("mail.unsubscribe_hint"),
        "unsubscribe_label": text("mail.unsubscribe_label"),
    }
    return Letter(
        context["subject"],
        _text().render(context),
        _html().render(context),
    )


@cache
def _text() -> Template:
    source = (_TEMPLATES / "letter.txt").read_text(encoding="utf-8")
    # Text is read as it is: there is nothing to escape it for.
    return Environment(undefined=StrictUndefined, autoescape=False).from_string(source)  # noqa: S701 — see above


@cache
def _html() -> Template:
    source = (_TEMPLATES / "letter.mjml").read_text(encoding="utf-8")
    return Environment(undefined=StrictUndefined, autoescape=True).from_string(
        mrml.to_html(source).content
    )
