"""Markdown as components: links stay inside the pages, and nothing in it can become HTML of its own."""

import re
from collections.abc import Callable

import reflex as rx
from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from saas_app.ui.components.links import PlainAnchor, outward

# Every picture of the product is taken in this size.
PICTURE = (1200, 750)
_SERVER = ("/api/", "http")


def prose(markdown: str) -> rx.Component:
    tree = SyntaxTreeNode(parsed(markdown))
    return rx.el.div(*_inside(tree), class_name="prose")


def parsed(markdown: str):  # noqa: ANN201 — markdown-it's list of tokens
    return MarkdownIt("commonmark", {"html": False}).parse(markdown)


def _inside(node: SyntaxTreeNode) -> list[rx.Component | str]:
    return [_shown(child) for child in node.children]


def _shown(node: SyntaxTreeNode) -> rx.Component | str:
    return _DRAWN[node.type](node)


def _paragraph(node: SyntaxTreeNode) -> rx.Component:
    inline = node.children[0].children
    if [each.type for each in inline] == ["image"]:
        return _picture(inline[0])
    return rx.el.p(*_inside(node))


def _picture(node: SyntaxTreeNode) -> rx.Component:
    width, height = PICTURE
    caption = node.attrs.get("title", "")
    return rx.el.figure(
        rx.el.img(
            src=str(node.attrs["src"]),
            alt=node.content,
            width=str(width),
            height=str(height),
            loading="lazy",
        ),
        rx.el.figcaption(str(caption)) if caption else rx.fragment(),
    )


def _heading(node: SyntaxTreeNode) -> rx.Component:
    draw = {"h2": rx.el.h2, "h3": rx.el.h3}[node.tag]
    return draw(*_inside(node), id=anchor(node.children[0].content))


def anchor(words: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-")


def _link(node: SyntaxTreeNode) -> rx.Component:
    href = str(node.attrs["href"])
    if href.startswith("#"):
        return PlainAnchor.create(*_inside(node), href=href)
    draw = outward if href.startswith(_SERVER) else rx.el.a
    return draw(*_inside(node), href=href)


def _code(node: SyntaxTreeNode) -> rx.Component:
    # What scrolls must be reachable by keyboard.
    return rx.el.pre(rx.el.code(node.content), tab_index=0)


_DRAWN: dict[str, Callable[[SyntaxTreeNode], rx.Component | str]] = {
    "paragraph": _paragraph,
    "inline": lambda node: rx.fragment(*_inside(node)),
    "heading": _heading,
    "bullet_list": lambda node: rx.el.ul(*_inside(node)),
    "ordered_list": lambda node: rx.el.ol(*_inside(node)),
    "list_item": lambda node: rx.el.li(*_inside(node)),
    "fence": _code,
    "code_inline": lambda node: rx.el.code(node.content),
    "strong": lambda node: rx.el.strong(*_inside(node)),
    "em": lambda node: rx.el.em(*_inside(node)),
    "link": _link,
    "text": lambda node: node.content,
    "softbreak": lambda _node: " ",
}
