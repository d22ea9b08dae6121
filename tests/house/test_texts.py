"""Every word people read stands in the catalogue of texts, and nothing asks for one that is not there."""

import ast
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from saas_app.billing import offer
from saas_app.billing.lifecycle import Happening
from saas_app.core import clock, texts
from saas_app.core.settings import settings
from saas_app.core.texts import has, text, under
from saas_app.entitlements import words as refusals
from saas_app.notifications import letters, samples
from saas_app.notifications.models import Notification
from saas_app.onboarding.questions import QUESTIONS
from saas_app.plans import table
from saas_app.plans.access import Reason
from saas_app.plans.features import Feature
from saas_app.ui import words
from saas_app.ui.pages.notifications.state import line
from tests.support.sandbox_process import ROOT

CATALOGUES = sorted(path.stem for path in (ROOT / "catalogs").glob("*.toml"))
SOURCES = sorted((ROOT / "saas_app").rglob("*.py"))
UI = [path for path in SOURCES if "ui" in path.parts]
PLACEHOLDER = re.compile(r"{(\w+)}")
HAPPENINGS = {f"billing.{what.value}" for what in Happening}
BILLING_FACTS = tuple(samples.BILLING)
STAFF_FACTS = {"about": "sub_1", "workspace": 7}


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def calls(path: Path, *names: str) -> Iterator[ast.Call]:
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else None
            name = node.func.id if isinstance(node.func, ast.Name) else name
            if name in names:
                yield node


def kinds(top: str) -> list[str]:
    """`billing.started` for every [mail.billing.started]."""
    return sorted({key.rpartition(".")[0] for key in under(top) if "." in key})


def test_no_text_is_written_in_two_places():
    keys: list[str] = []
    for path in sorted(texts._FOLDER.glob("en/*.toml")):
        found: dict[str, str] = {}
        texts._flatten(tomllib.loads(path.read_text()), "", found)
        keys += found
    assert sorted({key for key in keys if keys.count(key) > 1}) == []


def test_every_text_that_code_asks_for_is_there():
    missing = [
        f"{path.name}:{call.lineno} {key}"
        for path, call, key in asked()
        if not has(key) and not under(key)
    ]
    assert missing == []


def test_no_text_is_kept_that_nobody_asks_for():
    """Asked for by its own key, by a key that begins like it, or with all that stand below one."""
    code = "\n".join(path.read_text() for path in SOURCES)
    spoken = set(re.findall(r"""["']([a-z_]+(?:\.\w+)+)["']""", code))
    begun = tuple(re.findall(r"""f["']([a-z_]+\.[a-z_.]*)\{""", code))
    whole = tuple(f"{key}." for _, _, key in asked("under"))
    idle = [
        key
        for key in texts._catalogue(texts.DEFAULT_LOCALE)
        if key not in spoken and not key.startswith((*begun, *whole))
    ]
    assert idle == []


def test_every_text_gets_the_facts_it_speaks_of():
    short = [
        f"{path.name}:{call.lineno} {key} {sorted(missing)}"
        for path, call, key in asked("text")
        if None not in (given := {keyword.arg for keyword in call.keywords})
        and (missing := set(PLACEHOLDER.findall(text(key))) - given)
    ]
    assert short == []


def asked(*functions: str) -> Iterator[tuple[Path, ast.Call, str]]:
    """Every call with a literal key, in modules that take these functions from the catalogue."""
    for path in SOURCES:
        taken = {
            alias.name
            for node in ast.walk(parsed(path))
            if isinstance(node, ast.ImportFrom) and node.module == "saas_app.core.texts"
            for alias in node.names
        }
        for call in calls(path, *(taken & set(functions or ("text", "under")))):
            if call.args and isinstance(call.args[0], ast.Constant):
                yield path, call, call.args[0].value


def test_no_words_stand_in_a_page():
    """What is put into an element by position is read by people, so it comes from the catalogue."""
    found = [
        f"{path.name}:{node.lineno} {node.value!r}"
        for path in UI
        for call in ast.walk(parsed(path))
        if isinstance(call, ast.Call) and ast.unparse(call.func).startswith(("rx.el.", "rx.text"))
        for node in shown(call)
        if re.search(r"[A-Za-z]{2}", node.value)
    ]
    assert found == []


def shown(call: ast.Call) -> Iterator[ast.Constant]:
    """Strings among the children, also within conditions and f-strings; labels for screen readers."""
    for child in call.args:
        yield from strings(child)
    for keyword in call.keywords:
        if keyword.arg in {"title", "alt", "placeholder", "aria_label", "content"}:
            yield from strings(keyword.value)
        if keyword.arg == "custom_attrs" and isinstance(keyword.value, ast.Dict):
            for key, value in zip(keyword.value.keys, keyword.value.values, strict=True):
                if isinstance(key, ast.Constant) and key.value in {
                    "aria-label",
                    "aria-valuetext",
                    "aria-description",
                }:
                    yield from strings(value)


def strings(node: ast.expr) -> Iterator[ast.Constant]:
    match node:
        case ast.Constant(value=str()):
            yield node
        case ast.JoinedStr():
            for part in node.values:
                yield from strings(part)
        case ast.IfExp():
            yield from strings(node.body)
            yield from strings(node.orelse)
        case ast.Starred():
            yield from strings(node.value)
        case ast.List() | ast.Tuple():
            for part in node.elts:
                yield from strings(part)
        case ast.Call(func=ast.Attribute(attr="cond"), args=[_, *branches]):
            for branch in branches:
                yield from strings(branch)


def test_the_search_for_words_in_pages_finds_them():
    code = 'rx.el.p(rx.cond(x, "Hello there", y), f"{a} b c", *["Some words"], custom_attrs={"aria-label": "Close it"})'
    call = ast.parse(code).body[0].value
    assert [node.value for node in shown(call)] == ["Hello there", " b c", "Some words", "Close it"]


@pytest.mark.parametrize("feature", Feature)
def test_every_feature_has_a_name_for_the_table_and_one_inside_a_sentence(feature):
    assert has(table.label(feature))
    assert has(f"refusal.feature.{feature}")
    assert refusals.label(feature)


@pytest.mark.parametrize("name", CATALOGUES)
def test_every_cell_of_every_plan_has_its_words(name):
    catalogue = catalogue_named(name)
    for row in table.limits_table(catalogue):
        assert text(row.label)
        for cell in row.cells:
            said = words.limit(cell)
            assert said
            assert "{" not in said
            assert str(cell.count) in said.replace(",", "") or cell.items or cell.count in {None, 1}
    for plan in catalogue.for_sale:
        assert all(words.limit(cell) for cell in table.highlights(catalogue, plan))


@pytest.mark.parametrize("name", CATALOGUES)
def test_every_level_of_every_ladder_has_its_words(name):
    for feature, meter in catalogue_named(name).meters.items():
        for level in meter.levels:
            assert has(f"limit.{feature}.{level}"), f"limit.{feature}.{level}"


@pytest.mark.parametrize("name", CATALOGUES)
def test_every_named_item_but_symbols_and_columns_reads_as_a_word(name):
    for row in table.limits_table(catalogue_named(name)):
        for cell in row.cells:
            if "{items}" in text(cell.text if has(cell.text) else "limit.yes"):
                assert [item for item in cell.items if not has(f"item.{item}")] == []


@pytest.mark.parametrize("name", CATALOGUES)
def test_the_words_of_a_quota_name_its_own_period(name):
    spoken = {"minute": "a minute", "hour": "an hour", "day": "a day", "month": "a month"}
    for feature, meter in catalogue_named(name).meters.items():
        if span := meter.period or meter.window:
            assert spoken[span] in text(f"limit.{feature}"), f"{feature} per {span}"


def catalogue_named(name):
    settings().catalog = name
    return offer.catalogue()


def other_kinds() -> set[str]:
    """What is told by `notify` under a kind that is not billing's; a limit's marks choose theirs."""
    return {
        node.value
        for path in SOURCES
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and re.fullmatch(
            r"usage\.(nearing|reached)|contract\.offered|alert\.fired|team\.(removed|suspended|restored|handed_over)",
            node.value,
        )
    }


def test_every_letter_that_is_written_has_its_words_and_no_other_has():
    written = {
        call.args[1].value
        for path in SOURCES
        for call in calls(path, "write")
        if len(call.args) > 1 and isinstance(call.args[1], ast.Constant)
    }
    assert written | other_kinds() == set(samples.kinds()) - HAPPENINGS


@pytest.mark.parametrize("kind", samples.kinds())
@pytest.mark.parametrize("name", ["Ada", ""])
def test_every_letter_reads_well_in_text_and_html(kind, name):
    facts = samples.facts(kind)
    link = "https://tide.example/here?a=1&b=2"
    letter = letters.written(kind, name=name, link=link, **facts)
    assert letter.subject
    assert "\n" not in letter.subject
    for body in (letter.body, letter.html):
        assert not PLACEHOLDER.search(body)
        for fact in facts.values():
            spoken = str(fact) in letter.body + letter.subject
            assert (str(fact) in body + letter.subject) == spoken
    assert link in letter.body
    assert "https://tide.example/here?a=1&amp;b=2" in letter.html
    assert ("Hello Ada," if name else "Hello,") in letter.body


def test_a_letter_shows_what_people_typed_and_never_runs_it():
    letter = letters.written("welcome", name="<b>Ada</b> {brand}", link="")
    assert "<b>Ada</b> {brand}" in letter.body
    assert "<b>Ada" not in letter.html
    assert "&lt;b&gt;Ada" in letter.html


@pytest.mark.parametrize("what", Happening)
def test_every_happening_of_a_subscription_has_its_notice(what):
    assert has(f"notification.billing.{what.value}.title")
    assert has(f"notification.billing.{what.value}.body")


def test_every_kind_that_is_told_has_its_words():
    told = {
        node.value.partition(":")[0]
        for path in SOURCES
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        # An alert's key is its kind, a colon and what it is about.
        and re.fullmatch(r"billing\.[a-z_]+:", node.value)
    }
    told |= {
        call.args[2].value
        for path in SOURCES
        for call in calls(path, "alert")
        if isinstance(call.args[2], ast.Constant)
    }
    told |= other_kinds()
    told |= {
        argument.value
        for path in SOURCES
        for call in calls(path, "_tell")
        for argument in call.args
        if isinstance(argument, ast.Constant) and str(argument.value).startswith("team.")
    }
    told |= {
        keyword.value.value
        for path in SOURCES
        for call in calls(path, "notify")
        for keyword in call.keywords
        if keyword.arg == "kind" and isinstance(keyword.value, ast.Constant)
    }
    assert told == {key for key in kinds("notification") if key not in HAPPENINGS}


@pytest.mark.parametrize("kind", kinds("notification"))
def test_every_notice_is_whole_in_the_notification_centre(kind):
    facts = {
        **dict.fromkeys(BILLING_FACTS, "a fact"),
        **STAFF_FACTS,
        **samples.USAGE,
        **samples.CONTRACT,
        **samples.ALERT,
        **samples.TEAM,
    }
    row = Notification(
        id=1, user_id=1, key="k", kind=kind, data={**facts, "link": ""}, created_at=clock.now()
    )
    shown_line = line(row, "UTC")
    assert shown_line.title != kind
    assert shown_line.text
    assert "{" not in shown_line.title + shown_line.text


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_of_access_has_its_badge(reason):
    assert has(f"billing_page.badge.{reason.value}")


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.id)
def test_every_choice_of_the_wizard_has_its_words(question):
    for part in ("title", "lead"):
        assert has(f"onboarding.{question.id}.{part}")
    for choice in question.choices:
        assert has(f"onboarding.{question.id}.{choice}.title")
        assert has(f"onboarding.{question.id}.{choice}.text")
    for number in question.numbers:
        for part in ("label", "hint", "bounds"):
            assert has(f"onboarding.{question.id}.{number.id}.{part}")
