"""Turns a kind and its facts into the words of a letter. Sends nothing."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from saas_app.core.settings import settings
from saas_app.core.texts import has, text


@dataclass(frozen=True, slots=True)
class Letter:
    subject: str
    body: str
    html: str


def written(kind: str, *, name: str, link: str, **facts: Any) -> Letter:
    """The letter of this kind, in text and HTML. `link` is the one thing to do, or empty."""
    facts = {"brand": settings().brand, "origin": settings().origin, **facts}
    context = {
        "brand": settings().brand,
        "subject": text(f"mail.{kind}.subject", **facts),
        "heading": text(f"mail.{kind}.heading", **facts),
        "greeting": text("mail.greeting", name=name) if name else text("mail.greeting_nameless"),
        "paragraphs": text(f"mail.{kind}.body", **facts).split("\n\n"),
        "button": text(f"mail.{kind}.button", **facts)
        if link and has(f"mail.{kind}.button")
        else "",
        "link": link,
        "link_hint": text("mail.link_hint"),
        "footer": text("mail.footer", **facts),
    }
    return Letter(
        context["subject"],
        _template("letter.txt").render(context),
        _template("letter.html").render(context),
    )


@cache
def _template(name: str) -> Template:
    loader = FileSystemLoader(Path(__file__).parent / "templates")
    # Text needs no escaping, HTML always does: the ending decides.
    return Environment(
        loader=loader, undefined=StrictUndefined, autoescape=name.endswith(".html")
    ).get_template(name)
