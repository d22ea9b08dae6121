"""Coming from a provider that does not vouch for the address: what a stranger could measure."""

from dataclasses import replace

import pytest

from saas_app.accounts.entry import Visit
from saas_app.accounts.oauth.claims import Proof, issuer_belongs
from saas_app.audit.trail import NOWHERE
from saas_app.core import tasks
from saas_app.core.db import transaction
from saas_app.onboarding import arrival
from saas_app.onboarding.arrival import LetterSent
from tests.support import timing
from tests.support.billing_world import NoPost, new_tenant

EVE = Proof("github", "github", "0", "", False, "Eve")
PERSONAL = "9188040d-6c67-4c5b-b112-36a304b66dad"
ENTRA = "https://login.microsoftonline.com"


def arrives(subject, email):
    with transaction() as session:
        proof = replace(EVE, subject=subject, email=email)
        return arrival.arrive(session, proof, Visit(NOWHERE))


@pytest.mark.db
def test_known_and_unknown_addresses_take_the_same_time(database):
    tasks.install(NoPost())
    new_tenant("ada")
    assert isinstance(arrives("a", "ada@example.com"), LetterSent)
    assert isinstance(arrives("b", "first@example.com"), LetterSent)
    told = timing.told_apart(
        lambda sample: arrives(f"known{sample}", "ada@example.com"),
        lambda sample: arrives(f"new{sample}", f"nobody{sample}@example.com"),
    )
    assert told == ""


@pytest.mark.parametrize(
    ("issuer", "base", "belongs"),
    [
        (f"{ENTRA}/{{tenantid}}/v2.0", f"{ENTRA}/common/v2.0", True),
        (f"{ENTRA}/{{tenantid}}/v2.0", f"{ENTRA}/organizations/v2.0", True),
        (f"{ENTRA}/{PERSONAL}/v2.0", f"{ENTRA}/consumers/v2.0", True),
        (f"{ENTRA}/{PERSONAL}/v2.0", f"{ENTRA}/{PERSONAL}/v2.0", True),
        (f"{ENTRA}/{PERSONAL}/v2.0", f"{ENTRA}/common/v2.0", False),
        ("https://evil.example/{tenantid}/v2.0", f"{ENTRA}/common/v2.0", False),
        (f"{ENTRA}/{{tenantid}}/v2.0", f"{ENTRA}/{PERSONAL}/v2.0", False),
        ("https://accounts.google.com", "https://accounts.google.com", True),
        ("https://accounts.google.com.evil.example", "https://accounts.google.com", False),
        (None, "https://accounts.google.com", False),
    ],
)
def test_metadata_speaks_for_the_issuer_where_it_lies_only(issuer, base, belongs):
    assert issuer_belongs(issuer, base) is belongs
