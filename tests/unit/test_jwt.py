import base64
import json
from datetime import timedelta

import pytest
from joserfc import jwt as jose
from joserfc.jwk import OctKey

from saas_app.accounts import jwt
from saas_app.accounts.errors import TokenInvalid
from saas_app.core import clock


def token(**change):
    return jwt.issue(
        **{
            "user_id": 7,
            "workspace_id": 9,
            "tier": "pro",
            "tier_version": 3,
            "log_in": "family_1",
            **change,
        }
    )


def test_a_fresh_token_says_what_was_signed():
    claims = jwt.verify(token())
    assert (claims.user_id, claims.workspace_id) == (7, 9)
    assert (claims.tier, claims.tier_version, claims.log_in) == ("pro", 3, "family_1")


def test_an_expired_token_is_refused(time_machine):
    time_machine.move_to("2026-11-21T09:00:00Z", tick=False)
    old = token()
    time_machine.shift(timedelta(minutes=10, seconds=6))
    with pytest.raises(TokenInvalid):
        jwt.verify(old)


def test_a_jump_of_the_business_clock_expires_nothing():
    fresh = token()
    clock.set_lead(timedelta(days=30))
    assert jwt.verify(fresh).user_id == 7


def test_a_changed_claim_is_refused():
    head, body, signature = token().split(".")
    claims = json.loads(base64.urlsafe_b64decode(body + "=="))
    claims["org"] = "1"
    forged = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
    with pytest.raises(TokenInvalid):
        jwt.verify(f"{head}.{forged}.{signature}")


@pytest.mark.parametrize(
    "head", [{"alg": "none", "typ": "at+jwt"}, {"alg": "HS256", "typ": "at+jwt"}]
)
def test_another_algorithm_is_refused(head):
    parts = [
        base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()
        for part in (head, {"sub": "7"})
    ]
    with pytest.raises(TokenInvalid):
        jwt.verify(".".join([*parts, ""]))


def test_a_public_key_used_as_a_password_is_refused():
    public = json.dumps(jwt.public_keys()["keys"][0])
    forged = jose.encode(
        {"alg": "HS256", "typ": "at+jwt"}, {"sub": "7"}, OctKey.import_key(public.ljust(64))
    )
    with pytest.raises(TokenInvalid):
        jwt.verify(forged)


def test_a_token_of_another_site_is_refused(configured):
    foreign = token()
    configured.public_url = "https://elsewhere.example"
    configured.__dict__.pop("origin")
    with pytest.raises(TokenInvalid):
        jwt.verify(foreign)


def test_a_token_of_an_older_secret_is_good_until_the_secret_goes(configured):
    old = token()
    configured.secret_keys = ["n" * 32, *configured.secret_keys]
    assert jwt.verify(old).user_id == 7
    configured.secret_keys = ["n" * 32]
    with pytest.raises(TokenInvalid):
        jwt.verify(old)
