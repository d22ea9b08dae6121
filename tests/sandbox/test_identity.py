"""The identity providers: held to the standards by a client written by hand, and by Authlib's own."""

import time
from urllib.parse import urlsplit

import httpx
import pytest
from authlib.integrations.httpx_client import OAuth2Client
from joserfc import jwt
from joserfc.jwk import KeySet

from tests.support.provider_client import AUTHORIZE, CALLBACK, TOKEN, HandClient, chooses, query
from tests.support.sandbox_process import Sandbox

OIDC = ["google", "microsoft"]
ALL = [*OIDC, "github"]
PERSONAL = "9188040d-6c67-4c5b-b112-36a304b66dad"


@pytest.fixture
def http(sandbox: Sandbox):
    with httpx.Client(base_url=sandbox.base_url, trust_env=False) as client:
        yield client


def claims_of(http: httpx.Client, provider: str, id_token: str):
    keys = KeySet.import_key_set(http.get(f"/oidc/{provider}/keys").json())
    return jwt.decode(id_token, keys, algorithms=["RS256"]).claims


def discovery(http: httpx.Client, provider: str):
    tenant = "/common/v2.0" if provider == "microsoft" else ""
    return http.get(f"/oidc/{provider}{tenant}/.well-known/openid-configuration").json()


def test_google_tells_a_client_who_somebody_is(http: httpx.Client) -> None:
    client = HandClient(http, "google")
    back = client.returns("Nora")
    assert back["state"] == client.state
    assert back["iss"] == discovery(http, "google")["issuer"]
    tokens = client.redeems(back["code"]).json()
    claims = claims_of(http, "google", tokens["id_token"])
    assert claims["iss"] == back["iss"]
    assert claims["aud"] == "sandbox-google"
    assert claims["nonce"] == client.nonce
    assert claims["exp"] > time.time() >= claims["iat"]
    about = client.asks("/oidc/google/userinfo", tokens["access_token"]).json()
    assert about["sub"] == claims["sub"]
    assert (about["email"], about["email_verified"]) == ("nora.lindqvist@gmail.example", True)


def test_an_unverified_address_is_said_to_be_one(http: httpx.Client) -> None:
    client = HandClient(http, "google")
    tokens = client.redeems(client.returns("Uma")["code"]).json()
    about = client.asks("/oidc/google/userinfo", tokens["access_token"]).json()
    assert about["email_verified"] is False


def test_microsofts_issuer_is_a_template_that_its_tokens_fill_in(http: httpx.Client) -> None:
    template = discovery(http, "microsoft")["issuer"]
    assert template.endswith("/{tenantid}/v2.0")
    tenants = {}
    for who in ("Petra", "Wei", "Sol"):
        client = HandClient(http, "microsoft")
        tokens = client.redeems(client.returns(who)["code"]).json()
        claims = tenants[who] = claims_of(http, "microsoft", tokens["id_token"])
        assert claims["iss"] == template.replace("{tenantid}", claims["tid"])
        assert claims["oid"] != claims["sub"]
        assert "email_verified" not in claims
    assert tenants["Petra"]["tid"] == PERSONAL
    assert tenants["Wei"]["tid"] == tenants["Sol"]["tid"] != PERSONAL
    assert tenants["Wei"]["xms_edov"] is True
    assert "xms_edov" not in tenants["Sol"]


def test_github_answers_by_its_api(http: httpx.Client) -> None:
    client = HandClient(http, "github")
    tokens = client.redeems(client.returns("Anna")["code"]).json()
    assert tokens["token_type"] == "bearer"
    user = client.asks("/oauth/github/api/user", tokens["access_token"]).json()
    assert isinstance(user["id"], int)
    emails = client.asks("/oauth/github/api/user/emails", tokens["access_token"]).json()
    assert [(e["email"], e["verified"]) for e in emails if e["primary"]] == [
        ("anna@code.example", True)
    ]


def test_somebody_at_github_shows_no_address(http: httpx.Client) -> None:
    client = HandClient(http, "github")
    tokens = client.redeems(client.returns("Pia")["code"]).json()
    (only,) = client.asks("/oauth/github/api/user/emails", tokens["access_token"]).json()
    assert only["email"].endswith("@users.noreply.github.com")


@pytest.mark.parametrize("provider", ALL)
def test_somebody_else_is_the_same_person_the_next_time(http: httpx.Client, provider: str) -> None:
    seen = set()
    path = {"github": "/oauth/github/api/user"}.get(provider, f"/oidc/{provider}/userinfo")
    for _ in range(2):
        client = HandClient(http, provider)
        code = client.returns(name="Ada", email="ada@typed.example", verified="on")["code"]
        about = client.asks(path, client.redeems(code).json()["access_token"]).json()
        assert about["name"] == "Ada"
        seen.add(about.get("sub") or about["id"])
    assert len(seen) == 1


@pytest.mark.parametrize("provider", ALL)
def test_authlibs_own_client_gets_in(sandbox: Sandbox, http: httpx.Client, provider: str) -> None:
    base, redirect_uri = sandbox.base_url, CALLBACK.format(provider)
    with OAuth2Client(
        f"sandbox-{provider}",
        "sandbox-secret",
        scope="openid email",
        redirect_uri=redirect_uri,
        code_challenge_method="S256",
    ) as client:
        address, state = client.create_authorization_url(
            f"{base}{AUTHORIZE[provider]}", code_verifier="v" * 48
        )
        back = chooses(http, address.removeprefix(base), "Tess")
        token = client.fetch_token(
            f"{base}{TOKEN[provider]}",
            authorization_response=back,
            state=state,
            code_verifier="v" * 48,
        )
    assert token["access_token"]


@pytest.mark.parametrize("provider", ALL)
def test_a_person_may_say_no(http: httpx.Client, provider: str) -> None:
    client = HandClient(http, provider)
    back = query(chooses(http, client.address(), "Tess", answer="cancel"))
    assert (back["error"], back["state"]) == ("access_denied", client.state)


@pytest.mark.parametrize("provider", ALL)
def test_a_code_works_once_and_a_second_use_takes_everything_back(
    http: httpx.Client, provider: str
) -> None:
    client = HandClient(http, provider)
    code = client.returns("Tess")["code"]
    token = client.redeems(code).json()["access_token"]
    assert "error" in client.redeems(code).json()
    path = {"github": "/oauth/github/api/user"}.get(provider, f"/oidc/{provider}/userinfo")
    assert client.asks(path, token).status_code == 401


@pytest.mark.parametrize("provider", ALL)
@pytest.mark.parametrize(
    "change",
    [
        {"code_verifier": "x" * 48},
        {"redirect_uri": "http://localhost:8000/auth/other/callback"},
        {"client_secret": "guessed"},
        {"code": "never-made"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_code_is_given_out_to_nobody_else(http: httpx.Client, provider: str, change) -> None:
    client = HandClient(http, provider)
    answer = client.redeems(client.returns("Tess")["code"], **change).json()
    assert "access_token" not in answer
    assert "error" in answer


def test_a_code_of_one_provider_is_worthless_at_another(http: httpx.Client) -> None:
    google, microsoft = HandClient(http, "google"), HandClient(http, "microsoft")
    assert microsoft.redeems(google.returns("Nora")["code"]).json()["error"] == "invalid_grant"


@pytest.mark.parametrize("provider", ALL)
@pytest.mark.parametrize(
    "change",
    [{"code_challenge": None}, {"code_challenge_method": "plain"}, {"code_challenge_method": None}],
)
def test_without_pkce_the_client_is_sent_back(http: httpx.Client, provider: str, change) -> None:
    client = HandClient(http, provider)
    answer = http.get(client.address(**change))
    back = query(answer.headers["location"])
    assert (back["error"], back["state"]) == ("invalid_request", client.state)


@pytest.mark.parametrize("provider", OIDC)
@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"scope": "email"}, "invalid_scope"),
        ({"prompt": "none"}, "interaction_required"),
        ({"response_mode": "fragment"}, "invalid_request"),
        ({"request_uri": "https://evil.example"}, "request_not_supported"),
    ],
)
def test_what_the_standard_forbids_is_told_to_the_client(
    http: httpx.Client, provider: str, change, error: str
) -> None:
    back = http.get(HandClient(http, provider).address(**change)).headers["location"]
    assert query(back)["error"] == error


@pytest.mark.parametrize("provider", ALL)
@pytest.mark.parametrize(
    "change",
    [
        {"redirect_uri": "https://evil.example/auth/google/callback"},
        {"redirect_uri": "http://localhost:8000/auth/google/callback?extra=1"},
        {"redirect_uri": "http://localhost:8000/auth"},
        {"redirect_uri": None},
        {"client_id": "somebody"},
    ],
)
def test_nobody_is_sent_to_an_address_that_is_not_on_the_list(
    http: httpx.Client, provider: str, change
) -> None:
    answer = http.get(HandClient(http, provider).address(**change))
    assert answer.status_code == 400
    assert "location" not in answer.headers


def test_a_page_of_another_origin_cannot_press_continue(http: httpx.Client) -> None:
    client = HandClient(http, "google")
    asked = urlsplit(client.address())
    answer = http.post(
        asked.path,
        data={"query": asked.query, "answer": "continue", "person": "else"},
        headers={"Origin": "https://evil.example"},
    )
    assert answer.status_code == 403


def test_the_control_room_lists_everybody(http: httpx.Client) -> None:
    page = http.get("/identity").text
    for known in ("Nora Lindqvist", "Petra Holm", "Pia Hidden", "sandbox-google"):
        assert known in page
