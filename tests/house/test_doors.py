"""Each method of a State is a door to the world, and each page a row of one table."""

import ast
import asyncio
import inspect
import re

import pytest
import reflex as rx
from reflex.event import EventHandler
from reflex.state import BaseState

from saas_app.learn import articles
from saas_app.ui import routes, sitemap
from saas_app.ui.pages.billing.change.state import ChangePlan
from saas_app.ui.pages.billing.keeper import Keeper
from saas_app.ui.pages.billing.state import Billing
from saas_app.ui.state import guard
from saas_app.ui.state.admission import Need
from saas_app.ui.state.guard import need_of
from saas_app.workspaces.roles import Permission
from tests.support.sandbox_process import ROOT
from tests.support.states import tab

SECRET = re.compile(r"(password|secret|token|hash|digest|cookie|api_?key|credential)")
# What strangers may call, and why that is harmless. A new entry is a decision: make it here.
OPEN = {
    "Pricing.show_annual": "switches between two prices that everybody sees",
    "Arrived.load": "words about why one was sent to the log-in, by the page's address",
    "DeadLink.load": "words about a link that no longer opens anything, by the page's address",
    "Providers.load": "tells which log-in buttons to show, the same to everybody",
    "Pricing.load": "marks the plan of whoever is signed in, nobody else's",
}
# The framework's own: a client may name a var, but without setters there is nothing to set.
FRAMEWORK = {"setvar"}


def states(root: type[BaseState] = rx.State) -> list[type[BaseState]]:
    found = []
    for state in root.get_substates():
        found += [state, *states(state)]
    return sorted(
        {state for state in found if state.__module__.startswith("saas_app.")},
        key=lambda state: state.get_full_name(),
    )


STATES = states()
HANDLERS = [
    pytest.param(handler, id=f"{state.__name__}.{name}")
    for state in STATES
    for name, handler in state.event_handlers.items()
    if name not in FRAMEWORK
]
each_state = pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
each_page = pytest.mark.parametrize("page", sitemap.PAGES, ids=lambda page: page.path)


def own_functions(state):
    return {
        name: value
        for name, value in vars(state).items()
        if isinstance(value, EventHandler) or inspect.isfunction(value)
    }


def test_there_are_states_to_look_at():
    assert {"Session", "Shell", "Billing", "Wizard"} <= {state.__name__ for state in STATES}


@pytest.mark.parametrize("handler", HANDLERS)
def test_every_handler_is_guarded_public_or_watching(handler: EventHandler):
    assert isinstance(need_of(handler.fn), Need) or need_of(handler.fn) in {"public", "watching"}


def test_only_what_was_decided_is_open_to_strangers():
    public = {
        f"{state.__name__}.{name}"
        for state in STATES
        for name, handler in state.event_handlers.items()
        if need_of(handler.fn) == "public"
    }
    assert public == set(OPEN)


def watching():
    for state in STATES:
        for name, handler in state.event_handlers.items():
            if need_of(handler.fn) == "watching":
                yield pytest.param(state, name, id=f"{state.__name__}.{name}")


@pytest.mark.parametrize(("state", "name"), list(watching()))
def test_whoever_watches_looks_who_is_there(database, state, name):
    """Nothing guards a watching handler but itself: a stranger is shown nothing and not waited for."""
    assert state.event_handlers[name].is_background

    async def as_stranger():
        page = tab("/")
        before = (await page.of(state)).dict()
        await asyncio.wait_for(page.background(state, name), 2)
        assert (await page.of(state)).dict() == before

    asyncio.run(as_stranger())


def test_what_changes_a_bill_needs_the_right_to():
    acts = dict.fromkeys(
        ("ask_cancel", "keep", "cancel", "resume", "undo", "redeem", "pause", "wake"), Billing
    )
    acts |= dict.fromkeys(
        ("look", "confirm", "choose", "every", "more_seats", "with_code"), ChangePlan
    )
    acts["toggle"] = Keeper
    for name, state in acts.items():
        need = need_of(state.event_handlers[name].fn)
        assert need == Need(Permission.MANAGE_BILLING), name


@each_state
def test_every_public_function_is_a_deliberate_event(state):
    """Reflex turns any public method into an event; ours say so with @rx.event."""
    source = ast.parse(inspect.getsource(inspect.getmodule(state)))
    (body,) = [
        node
        for node in source.body
        if isinstance(node, ast.ClassDef) and node.name == state.__name__
    ]
    undeclared = [
        node.name
        for node in body.body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and not node.name.startswith("_")
        and not any(
            "rx.event" in ast.unparse(d) or "rx.var" in ast.unparse(d) for d in node.decorator_list
        )
    ]
    assert undeclared == []


@each_state
def test_no_var_can_be_set_from_outside(state):
    setters = {f"set_{name}" for name in state.vars}
    assert setters & set(state.event_handlers) == set()


@each_state
def test_no_var_that_is_sent_looks_like_a_secret(state):
    assert [name for name in state.base_vars if SECRET.search(name)] == []


@each_state
def test_the_guard_names_only_vars_of_the_framework(state):
    """What SessionGuard opens are Reflex's own states; none of ours may share their name."""
    assert state.get_full_name() not in guard._FRAMEWORK


@each_page
def test_every_page_renders(page):
    assert page.view().render()


@each_page
def test_every_page_has_a_title_of_its_own(page):
    assert page.named
    assert [other.title for other in sitemap.PAGES].count(page.title) == 1


@each_page
def test_a_page_for_people_who_signed_in_loads_behind_the_guard(page):
    """The first guarded load is what sends a stranger to the log-in page."""
    needs = [need_of(load.fn) for load in page.load]
    signed_in = page.audience is sitemap.SIGNED_IN
    assert any(isinstance(need, Need) for need in needs) == signed_in
    assert not (signed_in and page.indexed)


def test_every_route_is_a_page_or_an_address_of_the_edge():
    elsewhere = {
        routes.CREATE_CHECKOUT,
        routes.MANAGE_SUBSCRIPTION,
        routes.ADD_CARD,
        routes.API_DOCS,
    }
    paths = {value for name, value in vars(routes).items() if name.isupper() and value[0] == "/"}
    written = {routes.article(article.slug) for article in articles.every()}
    assert paths - elsewhere == {page.path for page in sitemap.PAGES} - {"404"} - written


def test_every_path_is_one_page():
    paths = [page.path for page in sitemap.PAGES]
    assert len(paths) == len(set(paths))


def test_pages_are_added_in_one_place():
    adders = {
        str(path.relative_to(ROOT))
        for path in (ROOT / "saas_app").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == "add_page"
        )
        or (
            isinstance(node, ast.Attribute)
            and node.attr == "page"
            and ast.unparse(node) == "rx.page"
        )
    }
    assert adders == {"saas_app/ui/sitemap.py"}


def test_paths_are_written_once():
    """Links come from routes: a page moved is a page moved everywhere."""
    literal = {
        f"{path.relative_to(ROOT)}:{node.lineno} {node.value}"
        for path in (ROOT / "saas_app" / "ui").rglob("*.py")
        if path.name != "routes.py"
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant)
        and node.value in {page.path for page in sitemap.PAGES} - {"404", "/"}
    }
    assert literal == set()
