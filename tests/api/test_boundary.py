import pytest

from saas_app.accounts import sessions
from saas_app.api import aliases
from saas_app.core.settings import settings
from tests.support.billing_world import new_tenant

UNSAFE = ["post", "put", "delete"]


@pytest.mark.parametrize("verb", UNSAFE)
@pytest.mark.parametrize(
    "origin",
    [
        {},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost:8420"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_a_cookie_counts_only_from_our_own_pages(web, verb, origin):
    cookie = web.as_browser(new_tenant())["Cookie"]
    answer = getattr(web, verb)("/api/watchlist", headers={"Cookie": cookie, **origin})
    assert answer.status_code == 403
    assert answer.json()["code"] == "foreign_origin"


def test_our_own_page_may_use_its_cookie(web):
    headers = web.as_browser(new_tenant())
    answer = web.post(
        "/api/watchlist", json={"symbol": "EURUSD", "timeframe": "H1"}, headers=headers
    )
    assert answer.status_code == 201


def test_a_token_needs_no_origin_and_ignores_the_cookie(web):
    tenant, stranger = new_tenant(), new_tenant("mallory")
    headers = {**web.as_program(tenant), "Cookie": web.as_browser(stranger)["Cookie"]}
    assert web.get("/api/user/profile", headers=headers).json()["email"] == "ada@example.com"


@pytest.mark.parametrize("path", ["/api/nope", "/api", "/api/v1/nope", "/webhook/nope"])
def test_an_unknown_address_is_a_problem_document(web, path):
    answer = web.get(path)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert set(answer.json()) >= {"type", "title", "status", "detail", "code", "request_id"}


def test_a_wrong_method_names_the_right_ones(web):
    answer = web.delete("/api/plans")
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET"
    assert answer.headers["content-type"] == "application/problem+json"


def test_another_host_is_sent_to_ours(web):
    answer = web.get("/api/plans?x=1", headers={"Host": "127.0.0.1:8000"}, follow_redirects=False)
    assert answer.status_code == 307
    assert answer.headers["location"] == "http://localhost:8000/api/plans?x=1"
    assert web.post("/api/auth/login", headers={"Host": "evil.example"}).status_code == 421


def test_health_and_webhooks_answer_under_any_name(web):
    assert (
        web.get("/api/health", headers={"Host": "10.0.0.7"}, follow_redirects=False).status_code
        != 307
    )
    for path in aliases.WEBHOOKS:
        assert web.post(path, headers={"Host": "hooks.example"}).status_code == 400, path


def test_a_declared_giant_is_refused_before_it_is_read(web):
    answer = web.post("/api/auth/login", content=b"x", headers={"Content-Length": "1000001"})
    assert answer.status_code == 413
    assert answer.json()["code"] == "too_large"


def test_an_undeclared_giant_is_refused_too(web):
    def pieces():
        for _ in range(20):
            yield b"x" * 100_000

    assert web.post("/api/auth/login", content=pieces()).status_code in {400, 413}


def test_reflexs_own_upload_is_closed(web):
    answer = web.post("/_upload", content=b"x")
    assert answer.status_code == 404


def test_every_answer_carries_the_security_headers(web):
    for path in ("/api/plans", "/api/nope", "/api/docs"):
        headers = web.get(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert "unsafe-eval" not in headers["content-security-policy"]
        assert headers["cache-control"] == "no-store"
        assert headers["x-request-id"].startswith("req_")


@pytest.mark.parametrize(
    "page",
    [
        "/verify-email",
        "/reset-password",
        "/change-email",
        "/unsubscribe",
        "/auth/google/callback",
        "/login/provider/connect",
    ],
)
def test_a_page_with_a_secret_in_its_address_tells_no_other_site(web, page):
    headers = web.get(f"{page}?token=made-up", follow_redirects=False).headers
    assert headers["referrer-policy"] == "no-referrer"


def test_a_strangers_request_id_is_not_taken_over(web):
    assert (
        web.get("/api/plans", headers={"X-Request-Id": "chosen-by-them"}).headers["x-request-id"]
        != "chosen-by-them"
    )


def test_https_asks_for_https_for_ever(web, configured):
    assert "strict-transport-security" not in web.get("/api/plans").headers
    configured.public_url = "https://tide.example"
    configured.__dict__.pop("origin")
    answer = web.get("/api/plans", headers={"Host": "tide.example"})
    assert "max-age=31536000" in answer.headers["strict-transport-security"]


def test_a_bug_tells_a_stranger_nothing(web, monkeypatch):
    monkeypatch.setattr("saas_app.api.v1.billing.offer.catalogue", lambda: 1 / 0)
    answer = web.get("/api/plans")
    assert answer.status_code == 500
    assert answer.json()["code"] == "internal_error"
    assert "division" not in answer.text
    assert "Traceback" not in answer.text


@pytest.mark.parametrize(
    "cookie", ["", "x", "a=b; c", f"{sessions.COOKIE}=", f"{sessions.COOKIE}=made-up", "\x7f=\x01"]
)
def test_a_strange_cookie_is_nobody(web, cookie):
    assert web.get("/api/user/profile", headers={"Cookie": cookie}).status_code == 401


@pytest.mark.parametrize(
    "token", ["", "Bearer", "Bearer x.y.z", "Basic YWRhOmFkYQ==", "Bearer " + "a" * 5000]
)
def test_a_strange_token_is_nobody(web, token):
    answer = web.get("/api/user/profile", headers={"Authorization": token} if token else {})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"


def test_the_documentation_is_ours_and_complete(web):
    page = web.get("/api/docs")
    assert "cdn" not in page.text
    assert "<script>" not in page.text
    document = web.get("/api/openapi.json").json()
    for path in (
        "/api/v1/auth/login",
        "/api/v1/checkout",
        "/api/v1/candles/{symbol}/{timeframe}",
        "/api/v1/subscription",
    ):
        assert path in document["paths"], path


def test_the_public_keys_verify_our_tokens(web):
    keys = web.get("/.well-known/jwks.json").json()["keys"]
    assert keys
    assert all("d" not in key and key["crv"] == "Ed25519" for key in keys)
    assert settings().secret_keys[0] not in str(keys)


@pytest.mark.db
@pytest.mark.parametrize("path", ["/api/user/sessions/%00", "/api/user/exports/a%00b"])
def test_an_address_that_no_database_takes_is_not_there(web, path):
    headers = web.as_browser(new_tenant())
    assert web.delete(path, headers=headers).status_code == 404
    assert web.get(path, headers=headers).status_code == 404
