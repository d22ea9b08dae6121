"""What a provider's words prove about somebody. Pure: documents in, proof or NotTrusted out.

Everything here is a check that a library leaves to its caller: the issuer (a template at
Microsoft), the audience and who else may share it, expiry, nonce, and whether userinfo speaks of
the same person. Addresses count as verified only where the provider vouches for them.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from joserfc.errors import JoseError
from joserfc.jwt import JWTClaimsRegistry

from saas_app.accounts.oauth.errors import NotTrusted
from saas_app.accounts.oauth.providers import GITHUB, GOOGLE, MICROSOFT

TEMPLATE = "{tenantid}"
# Microsoft's tenant of all personal accounts: it verifies their addresses itself.
PERSONAL_TENANT = "9188040d-6c67-4c5b-b112-36a304b66dad"
_GUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_MANY_TENANTS = ("common", "organizations")
_LEEWAY_SECONDS = 60
# "The domain's owner is verified": Microsoft has sent it as each of these; 1 equals True.
_VOUCHED = (True, "1", "true")
_LONGEST = 255
_NOREPLY = "@users.noreply.github.com"


@dataclass(frozen=True, slots=True)
class Proof:
    """Who somebody is at a provider. `tenant` and `subject` name them for ever, the address never does."""

    provider: str
    tenant: str
    subject: str
    email: str = ""
    email_verified: bool = False
    name: str = ""


def issuer_belongs(issuer: Any, base: str) -> bool:
    """Whether a metadata document found below `base` may speak for this issuer (Discovery 4.3)."""
    if not isinstance(issuer, str):
        return False
    if TEMPLATE in issuer:
        return any(issuer.replace(TEMPLATE, name) == base for name in _MANY_TENANTS)
    return issuer in {base, base.replace("/consumers/", f"/{PERSONAL_TENANT}/")}


def issuer_fits(expected: str, given: Any) -> bool:
    """Whether a token's issuer is the expected one, or the template with a tenant's GUID in it."""
    if not isinstance(given, str):
        return False
    if TEMPLATE not in expected:
        return given == expected
    pattern = re.escape(expected).replace(re.escape(TEMPLATE), _GUID)
    return re.fullmatch(pattern, given) is not None


def check_response_issuer(expected: str, given: str | None, *, promised: bool) -> None:
    """RFC 9207: an answer that names another issuer, or none where one was promised, is a mix-up."""
    if given is None and not promised:
        return
    if given is None or not issuer_fits(expected, given):
        raise NotTrusted(_MIXED_UP)


def check_id_token(
    claims: Mapping[str, Any], *, issuer: str, client_id: str, nonce: str, now: datetime
) -> None:
    """Raises NotTrusted. The signature was verified before."""
    registry = JWTClaimsRegistry(
        now=int(now.timestamp()),
        leeway=_LEEWAY_SECONDS,
        iss={"essential": True},
        sub={"essential": True},
        aud={"essential": True, "value": client_id},
        exp={"essential": True},
        iat={"essential": True},
        nonce={"essential": True, "value": nonce},
    )
    try:
        registry.validate(dict(claims))
    except JoseError as wrong:
        raise NotTrusted(_WRONG) from wrong
    audiences = claims["aud"] if isinstance(claims["aud"], list) else [claims["aud"]]
    authorized = claims.get("azp", client_id if audiences == [client_id] else None)
    if client_id not in audiences or authorized != client_id:
        raise NotTrusted(_WRONG)
    if not issuer_fits(issuer, claims["iss"]):
        raise NotTrusted(_WRONG)


def of_openid(provider: str, claims: Mapping[str, Any], about: Mapping[str, Any]) -> Proof:
    """From a checked id_token and what userinfo says. Raises NotTrusted."""
    if not isinstance(about, Mapping) or about.get("sub") != claims["sub"]:
        raise NotTrusted(_MIXED_UP)
    return _google(claims, about) if provider == GOOGLE else _microsoft(claims, about)


def of_github(user: Any, emails: Any) -> Proof:
    """From GitHub's API. Raises NotTrusted."""
    number = user.get("id") if isinstance(user, Mapping) else None
    if not isinstance(number, int) or isinstance(number, bool) or number <= 0:
        raise NotTrusted(_WRONG)
    primary = next((each for each in emails if _is_primary(each)), None) if emails else None
    email = _text(primary, "email") if primary else ""
    if email.lower().endswith(_NOREPLY):
        email = ""
    verified = bool(email) and primary is not None and primary.get("verified") is True
    name = _text(user, "name") or _text(user, "login")
    return Proof(GITHUB, GITHUB, str(number), email, verified, name)


_WRONG = "The provider's answer does not prove who you are. Nothing was changed; please start again, or log in another way."
_MIXED_UP = "The answer comes from another provider than was asked, or speaks of somebody else. Nothing was changed; please start again."


def _google(claims: Mapping[str, Any], about: Mapping[str, Any]) -> Proof:
    email = _text(about, "email")
    verified = bool(email) and about.get("email_verified") is True
    return Proof(
        GOOGLE, claims["iss"], _subject(claims["sub"]), email, verified, _text(about, "name")
    )


def _microsoft(claims: Mapping[str, Any], about: Mapping[str, Any]) -> Proof:
    """Keyed by tenant and object: `sub` differs per client, addresses are anybody's to set (nOAuth)."""
    tenant, person = claims.get("tid"), claims.get("oid")
    if not isinstance(tenant, str) or not re.fullmatch(_GUID, tenant):
        raise NotTrusted(_WRONG)
    if f"/{tenant}/" not in f"{claims['iss']}/" or not isinstance(person, str):
        raise NotTrusted(_WRONG)
    email = _text(about, "email") or _text(claims, "email")
    vouched = tenant == PERSONAL_TENANT or claims.get("xms_edov") in _VOUCHED
    name = _text(about, "name") or _text(claims, "name")
    return Proof(MICROSOFT, tenant, _subject(person), email, bool(email) and vouched, name)


def _is_primary(each: Any) -> bool:
    return isinstance(each, Mapping) and each.get("primary") is True


def _subject(given: str) -> str:
    if not 0 < len(given) <= _LONGEST:
        raise NotTrusted(_WRONG)
    return given


def _text(document: Mapping[str, Any], name: str) -> str:
    value = document.get(name)
    return value[:_LONGEST].strip() if isinstance(value, str) else ""
