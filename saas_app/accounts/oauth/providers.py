"""Which providers may be asked, and where they are: by keys, by the sandbox, or not at all."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from saas_app.core.errors import NotFound
from saas_app.core.settings import settings

GOOGLE, MICROSOFT, GITHUB = "google", "microsoft", "github"
LABELS = {GOOGLE: "Google", MICROSOFT: "Microsoft", GITHUB: "GitHub"}
_OPENID = "openid email profile"
_SANDBOX_SECRET = "sandbox-secret"  # noqa: S105 — printed in the sandbox's README


@dataclass(frozen=True, slots=True)
class Provider:
    """`discovery` is the metadata document's address; GitHub has none, but a site and an API."""

    key: str
    client_id: str
    client_secret: str = field(repr=False)
    scope: str
    discovery: str = ""
    site: str = ""
    api: str = ""

    @property
    def label(self) -> str:
        return LABELS[self.key]

    @property
    def callback(self) -> str:
        """One path per provider: an answer of one can never be taken for another's (RFC 9700)."""
        return f"{settings().origin}/auth/{self.key}/callback"

    @property
    def origin(self) -> str:
        """Where its log-in page is, for the content security policy."""
        parts = urlsplit(self.discovery or self.site)
        return f"{parts.scheme}://{parts.netloc}"


def offered() -> tuple[Provider, ...]:
    """Those with keys, and in the sandbox all of them."""
    return tuple(each for each in (_google(), _microsoft(), _github()) if each.client_id)


def named(key: str) -> Provider:
    """Raises NotFound for one that is not offered here."""
    for provider in offered():
        if provider.key == key:
            return provider
    raise NotFound("There is no such way to log in here. Nothing was changed.")


def _google() -> Provider:
    given = settings()
    if given.sandboxed and not given.google_client_id:
        discovery = f"{_sandbox()}/oidc/google/.well-known/openid-configuration"
        return Provider(GOOGLE, "sandbox-google", _SANDBOX_SECRET, _OPENID, discovery)
    secret = given.google_client_secret.get_secret_value()
    return Provider(GOOGLE, given.google_client_id, secret, _OPENID, given.google_discovery_url)


def _microsoft() -> Provider:
    given = settings()
    if given.sandboxed and not given.microsoft_client_id:
        path = "/oidc/microsoft/common/v2.0/.well-known/openid-configuration"
        return Provider(
            MICROSOFT, "sandbox-microsoft", _SANDBOX_SECRET, _OPENID, f"{_sandbox()}{path}"
        )
    secret = given.microsoft_client_secret.get_secret_value()
    return Provider(
        MICROSOFT, given.microsoft_client_id, secret, _OPENID, given.microsoft_discovery_url
    )


def _github() -> Provider:
    given, scope = settings(), "user:email"
    if given.sandboxed and not given.github_client_id:
        site = f"{_sandbox()}/oauth/github"
        return Provider(
            GITHUB, "sandbox-github", _SANDBOX_SECRET, scope, site=site, api=f"{site}/api"
        )
    secret = given.github_client_secret.get_secret_value()
    return Provider(
        GITHUB,
        given.github_client_id,
        secret,
        scope,
        site=given.github_base_url,
        api=given.github_api_url,
    )


def _sandbox() -> str:
    """As browsers find it: the same address for them and for us, since tokens name it."""
    return f"http://localhost:{settings().sandbox_port}"
