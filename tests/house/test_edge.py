"""The REST edge keeps its tables in step: routes, their other names, the dispatcher, the refusals."""

import ast

import pytest

from saas_app.api import aliases, app, browser
from saas_app.api.dispatch import Dispatch
from saas_app.api.v1 import webhooks
from saas_app.core.errors import Kind
from saas_app.core.texts import has
from tests.support.sandbox_process import ROOT

OPENAPI = app.endpoints().openapi()
OPERATIONS = [
    pytest.param(path, verb, operation, id=f"{verb.upper()} {path}")
    for path, verbs in OPENAPI["paths"].items()
    for verb, operation in verbs.items()
]
ROUTES = {("POST", webhooks.PATH)} | {
    (verb, route.path)
    for router in app.ROUTERS
    for route in router.routes
    for verb in route.methods
}


@pytest.mark.parametrize("alias", aliases.ALIASES, ids=lambda alias: f"{alias.method} {alias.path}")
def test_every_other_name_stands_for_an_endpoint(alias):
    assert (alias.to_method or alias.method, alias.to) in ROUTES
    assert (alias.method, alias.path) not in ROUTES


def test_no_name_is_given_twice():
    names = [(alias.method, alias.path) for alias in aliases.ALIASES]
    assert len(names) == len(set(names))


def test_the_dispatcher_sends_every_route_and_name_to_the_edge():
    dispatch = Dispatch(None, api=None, prefixes=app.PREFIXES)
    for _verb, path in ROUTES | {(alias.method, alias.path) for alias in aliases.ALIASES}:
        assert dispatch._ours(path), path


def test_no_prefix_of_the_edge_swallows_a_page():
    from saas_app.ui import sitemap  # noqa: PLC0415 — Reflex is slow to import and only this test needs it

    dispatch = Dispatch(None, api=None, prefixes=app.PREFIXES)
    assert [page.path for page in sitemap.PAGES if dispatch._ours(page.path)] == []


@pytest.mark.parametrize(("path", "verb", "operation"), OPERATIONS)
def test_every_endpoint_is_described(path, verb, operation):
    assert len(operation.get("description", "")) > 10
    assert operation["summary"]
    assert operation["tags"]


@pytest.mark.parametrize(("path", "verb", "operation"), OPERATIONS)
def test_every_answer_with_a_body_has_its_shape(path, verb, operation):
    for status, answer in operation["responses"].items():
        if status.startswith("2") and status != "204":
            assert all(body["schema"] for body in answer["content"].values()), status
            assert answer["content"], status


def test_every_kind_of_refusal_has_a_status():
    from saas_app.api import problems  # noqa: PLC0415 — beside its test

    assert set(problems.STATUS) == set(Kind)


@pytest.mark.parametrize(
    "code",
    sorted(
        {
            node.value.value
            for name in ("billing/errors.py", "billing/lease.py", "core/errors.py")
            for node in ast.walk(ast.parse((ROOT / "saas_app" / name).read_text()))
            if isinstance(node, ast.Assign)
            and ast.unparse(node.targets[0]) == "code"
            and isinstance(node.value, ast.Constant)
        }
        - {"bad_webhook", "not_signed_in"}
    ),
)
def test_whatever_a_plain_address_refuses_is_explained_on_the_billing_page(code):
    """`/create-checkout` and its like send the browser there with the code."""
    assert browser._BILLING_PAGE == "/settings/billing"
    assert has(f"billing_page.notice.{code}")
