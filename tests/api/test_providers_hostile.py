"""A provider that lies, and people between us and it: each lie is told by real HTTP and believed by nobody."""

import time
from urllib.parse import parse_qs, urlencode

import httpx
import pytest
from pydantic import SecretStr
from sqlmodel import select

from saas_app.accounts.models import User
from saas_app.accounts.oauth import discovery
from saas_app.core.db import snapshot
from saas_app.core.tasks import REGISTRY, Task
from tests.support.provider_client import challenge_of, query
from tests.support.provider_double import (
    CLIENT,
    KEY,
    STRANGER,
    by,
    by_the_public_key_as_a_secret,
    lying,
    unsigned,
)
from tests.support.provider_visit import Browser

TENANT = "5c1f0c9e-3d56-4b0e-9a8e-0f6f2f6f7a11"
OTHER = "6c1f0c9e-3d56-4b0e-9a8e-0f6f2f6f7a11"
PERSONAL = "9188040d-6c67-4c5b-b112-36a304b66dad"
AGAIN, AWAY = "/login/provider/again", "/login/provider/away"
NOW = int(time.time())


@pytest.fixture(autouse=True)
def unsent(monkeypatch):
    monkeypatch.setitem(REGISTRY, "mail.send", Task("mail.send", lambda _payload: None, 1))


@pytest.fixture
def double(configured):
    discovery.forget()
    with lying() as double:
        for name in ("google", "microsoft"):
            setattr(configured, f"{name}_client_id", CLIENT)
            setattr(configured, f"{name}_client_secret", SecretStr("s"))
        configured.google_discovery_url = f"{double.base}/.well-known/openid-configuration"
        yield double
    discovery.forget()


@pytest.fixture
def browser(web, double):
    with httpx.Client(base_url=double.base, trust_env=False) as client:
        yield Browser(web, client)


def continues(browser, double, provider="google", **answer):
    """There and back; what a person at the provider would do is done by hand."""
    asked = query(browser.leaves(provider))
    double.nonce = asked["nonce"]
    said = {"code": "code", "state": asked["state"], **answer}
    return browser.arrives(f"/auth/{provider}/callback?{urlencode(said)}")


def nobody():
    with snapshot() as session:
        return session.exec(select(User)).first() is None


def test_an_honest_answer_is_believed(browser, double):
    """Or every refusal below would prove nothing."""
    assert continues(browser, double) == "/onboarding"
    assert browser.who.email == "ada@mail.example"


def test_the_code_is_exchanged_with_secret_verifier_and_callback(browser, double):
    asked = query(browser.leaves("google"))
    double.nonce = asked["nonce"]
    browser.arrives(f"/auth/google/callback?code=c&state={asked['state']}")
    sent = {name: values[0] for name, values in parse_qs(double.redeemed[0]).items()}
    assert challenge_of(sent["code_verifier"]) == asked["code_challenge"]
    assert sent["redirect_uri"] == asked["redirect_uri"]
    assert (sent["client_id"], sent["client_secret"]) == (CLIENT, "s")
    assert sent["grant_type"] == "authorization_code"


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://evil.example"},
        {"iss": None},
        {"iss": ["https://evil.example"]},
        {"aud": "another-client"},
        {"aud": None},
        {"aud": []},
        {"aud": ["another-client"]},
        {"aud": "another-client", "azp": CLIENT},
        {"aud": [CLIENT, "another-client"]},
        {"aud": [CLIENT, "another-client"], "azp": "another-client"},
        {"azp": "another-client"},
        {"exp": NOW - 120},
        {"exp": None},
        {"exp": "never"},
        {"iat": None},
        {"iat": NOW + 3600},
        {"nbf": NOW + 3600},
        {"nonce": "of-another-visit"},
        {"nonce": None},
        {"nonce": ""},
        {"sub": None},
        {"sub": ""},
        {"sub": 108},
    ],
    ids="-".join,  # no values: every worker must collect the same names
)
def test_a_claim_that_does_not_fit_lets_nobody_in(browser, double, claims):
    double.claims = claims
    assert continues(browser, double) == AGAIN
    assert browser.who is None
    assert nobody()


def test_several_audiences_are_fine_where_we_are_the_authorized_one(browser, double):
    double.claims = {"aud": [CLIENT, "another-client"], "azp": CLIENT}
    assert continues(browser, double) == "/onboarding"


@pytest.mark.parametrize(
    "sign",
    [
        unsigned,
        by_the_public_key_as_a_secret,
        by(STRANGER),
        by(STRANGER, kid="somebody"),
        by(KEY, alg="PS256"),
        by(KEY, alg="RS512"),
        by(STRANGER, jwk=STRANGER.as_dict(private=False)),
        lambda _claims: "not.a.token",
        lambda _claims: "",
    ],
    ids=[
        "none",
        "hmac",
        "stranger",
        "unknown kid",
        "PS256",
        "RS512",
        "brings its key",
        "nonsense",
        "empty",
    ],
)
def test_only_rs256_by_a_published_key_is_a_signature(browser, double, sign):
    double.sign = sign
    assert continues(browser, double) == AGAIN
    assert nobody()


@pytest.mark.parametrize(
    "published", [[], [{"kty": "oct", "k": "c2VjcmV0", "kid": KEY.kid}], [{"kid": KEY.kid}], ["x"]]
)
def test_keys_of_another_kind_verify_nothing(browser, double, published):
    double.published = published
    assert continues(browser, double) in {AGAIN, AWAY}
    assert nobody()


def test_a_key_that_was_changed_meanwhile_is_looked_up(browser, double, monkeypatch):
    monkeypatch.setattr(discovery, "_ASK_AGAIN_SECONDS", 0.0)
    double.published = []
    assert continues(browser, double) == AGAIN
    double.published = None
    assert continues(browser, double) == "/onboarding"


@pytest.mark.parametrize("about", [{"sub": "109"}, {"sub": None}, {"sub": 108}])
def test_userinfo_must_speak_of_the_same_person(browser, double, about):
    double.about = about
    assert continues(browser, double) == AGAIN
    assert nobody()


@pytest.mark.parametrize(
    "vouched", [{"email_verified": False}, {"email_verified": None}, {"email_verified": "true"}]
)
def test_only_a_plain_true_is_a_verified_address(browser, double, vouched):
    double.about = vouched
    assert continues(browser, double).startswith("/login/provider/letter")
    assert browser.who is None


@pytest.mark.parametrize(
    "email", ["no address", "a@b@c", "a\r\nBcc: x@y.example", "ü@mail.example"]
)
def test_an_address_nobody_could_write_to_is_asked_for_again(browser, double, email):
    double.about = {"email": email}
    assert continues(browser, double).startswith("/login/provider/address")
    assert nobody()


@pytest.mark.parametrize("token", [{"access_token": None}, {"id_token": None}, {"id_token": 7}])
def test_an_answer_without_its_parts_is_none(browser, double, token):
    double.token = token
    assert continues(browser, double) == AGAIN
    assert nobody()


def test_a_token_endpoint_that_refuses_lets_nobody_in(browser, double):
    double.token = {"error": "invalid_grant", "access_token": None, "id_token": None}
    assert continues(browser, double) == AGAIN


@pytest.mark.parametrize(
    "metadata",
    [
        {"issuer": "https://accounts.google.com"},
        {"issuer": None},
        {"token_endpoint": None},
        {"jwks_uri": 7},
    ],
)
def test_metadata_that_speaks_for_somebody_else_is_not_used(browser, double, metadata):
    double.metadata = metadata
    answer = browser.post("/auth/google/start")
    assert answer.headers["location"] == AWAY


@pytest.mark.parametrize(
    "answer", [{"iss": "https://evil.example"}, {"iss": ""}, {"error": "access_denied"}, {}]
)
def test_an_issuer_that_was_promised_must_be_there_and_right(browser, double, answer):
    double.metadata = {"authorization_response_iss_parameter_supported": True}
    assert continues(browser, double, **answer) == AGAIN
    assert double.redeemed == []


def test_without_a_code_nothing_is_asked(browser, double):
    assert continues(browser, double, code="") == AGAIN
    assert double.redeemed == []


# Microsoft


@pytest.fixture
def entra(double, configured):
    base = f"{double.base}/common/v2.0"
    configured.microsoft_discovery_url = f"{base}/.well-known/openid-configuration"
    double.issuer = f"{double.base}/{{tenantid}}/v2.0"
    honest = double.answer
    double.answer = lambda path, body: honest(path.removeprefix("/common/v2.0"), body)
    double.claims = {"iss": f"{double.base}/{PERSONAL}/v2.0", "tid": PERSONAL, "oid": "o-1"}
    double.about = {"email_verified": None}
    return double


def test_a_personal_account_is_vouched_for(browser, entra):
    assert continues(browser, entra, "microsoft") == "/onboarding"


@pytest.mark.parametrize("vouched", [True, 1, "1"])
def test_a_work_address_counts_where_its_domain_was_proved(browser, entra, vouched):
    entra.claims = {
        "iss": f"{entra.base}/{TENANT}/v2.0",
        "tid": TENANT,
        "oid": "o-1",
        "xms_edov": vouched,
    }
    assert continues(browser, entra, "microsoft") == "/onboarding"


@pytest.mark.parametrize("vouched", [None, False, 0, "0", "no"])
def test_any_other_work_address_is_only_a_claim(browser, entra, vouched):
    """nOAuth: an administrator of any tenant may write any address beside any person."""
    entra.claims = {
        "iss": f"{entra.base}/{TENANT}/v2.0",
        "tid": TENANT,
        "oid": "o-1",
        "xms_edov": vouched,
    }
    entra.about = {"email_verified": True}
    assert continues(browser, entra, "microsoft").startswith("/login/provider/letter")
    assert browser.who is None


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "{base}/{tenantid}/v2.0"},
        {"iss": "{base}/common/v2.0"},
        {"iss": "{base}/not-a-guid/v2.0", "tid": "not-a-guid"},
        {"iss": f"{{base}}/{TENANT}/v2.0"},
        {"tid": TENANT},
        {"tid": None},
        {"oid": None},
        {"oid": ""},
        {"iss": f"https://evil.example/{PERSONAL}/v2.0"},
        {"iss": f"{{base}}/{PERSONAL}/v2.0/more"},
    ],
    ids=str,
)
def test_a_tenant_that_does_not_fit_its_issuer_lets_nobody_in(browser, entra, claims):
    changed = {
        name: value.replace("{base}", entra.base) if isinstance(value, str) else value
        for name, value in claims.items()
    }
    entra.claims = {**entra.claims, **changed}
    assert continues(browser, entra, "microsoft") == AGAIN
    assert nobody()


def test_the_same_person_of_another_tenant_is_another(browser, entra):
    continues(browser, entra, "microsoft")
    first = browser.who.user_id
    entra.claims = {
        "iss": f"{entra.base}/{OTHER}/v2.0",
        "tid": OTHER,
        "oid": "o-1",
        "xms_edov": True,
    }
    entra.about = {"email": "second@mail.example", "email_verified": None}
    continues(browser, entra, "microsoft")
    assert browser.who.user_id != first


def test_the_answer_names_the_tenant_of_its_token_or_none(browser, entra):
    other = f"{entra.base}/{OTHER}/v2.0"
    assert continues(browser, entra, "microsoft", iss=other) == AGAIN
    assert continues(browser, entra, "microsoft", iss="https://evil.example") == AGAIN
    assert nobody()
    assert continues(browser, entra, "microsoft", iss=entra.claims["iss"]) == "/onboarding"
