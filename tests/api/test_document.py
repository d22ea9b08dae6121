"""The OpenAPI document: complete for each operation, and true of what answers."""

import pytest
from fastapi.routing import APIRoute

from saas_app.api import app as rest
from saas_app.api import document
from saas_app.core import tasks
from saas_app.workspaces.api_keys.scopes import Scope
from tests.support.billing_world import NoPost, new_tenant

DOCUMENT = rest.endpoints().openapi()
OPERATIONS = {
    (verb, path): operation
    for path, row in DOCUMENT["paths"].items()
    for verb, operation in row.items()
}


def test_every_route_is_described_under_its_version():
    routes = {
        (verb.lower(), route.path.replace("/api/", "/api/v1/", 1))
        for router in rest.ROUTERS
        for route in router.routes
        if isinstance(route, APIRoute) and route.include_in_schema
        for verb in route.methods
    }
    assert routes == set(OPERATIONS)


def test_every_operation_says_what_it_does_who_may_and_how_it_refuses():
    names = [operation["operationId"] for operation in OPERATIONS.values()]
    assert len(names) == len(set(names))
    for named, operation in OPERATIONS.items():
        assert operation["description"].strip(), named
        assert "security" in operation, named
        refusals = {code for code in operation["responses"] if not code.startswith(("2", "3"))}
        assert {"429", "default"} <= refusals, named
        for code in refusals - {"503"}:  # which health fills with its parts
            assert list(operation["responses"][code]["content"]) == ["application/problem+json"]


def test_every_scope_is_named_by_an_operation_and_what_people_do_is_closed_to_programs():
    for scope in Scope:
        assert any(f"`{scope}`" in each["description"] for each in OPERATIONS.values()), scope
    made = OPERATIONS["post", "/api/v1/api-keys"]
    assert made["security"] == [{"cookie": []}]
    assert "parameters" not in made
    assert OPERATIONS["get", "/api/v1/plans"]["security"] == []
    named = [each["name"] for each in OPERATIONS["post", "/api/v1/alerts"]["parameters"]]
    assert named == ["Idempotency-Key"]


def test_tags_are_described_once_and_used():
    used = {tag for operation in OPERATIONS.values() for tag in operation["tags"]}
    described = [tag["name"] for tag in document.TAGS]
    assert set(described) <= used
    assert len(described) == len(set(described))


@pytest.mark.parametrize("path", ["/api/plans", "/api/openapi.json"])
def test_the_versioned_address_answers_as_the_plain_one(web, path):
    versioned = path.replace("/api/", "/api/v1/", 1)
    assert web.get(versioned).json() == web.get(path).json()


def test_a_versioned_address_is_no_way_around_anything(web):
    tasks.install(NoPost())
    ada = new_tenant()
    browser = {"Cookie": web.as_browser(ada)["Cookie"]}
    foreign = web.delete("/api/v1/user/sessions", headers=browser)
    assert (foreign.status_code, foreign.json()["code"]) == (403, "foreign_origin")
    assert web.get("/api/v1/user/profile").json()["code"] == "not_signed_in"
    assert web.get("/api/v1/v1/plans").status_code == 404
    # A picture may be large under either name.
    large = web.put("/api/v1/user/picture", content=b"x" * 2_000_000, headers=web.as_browser(ada))
    assert large.status_code != 413
