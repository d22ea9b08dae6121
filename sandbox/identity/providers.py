"""The three providers: their addresses here, and the one client that each of them knows."""

from dataclasses import dataclass

from sandbox.settings import Settings

TENANT = "{tenantid}"


@dataclass(frozen=True)
class Provider:
    """`client_id` and `client_secret` are known to everybody: there is nothing to protect here."""

    key: str
    label: str
    path: str
    client_id: str
    client_secret: str = "sandbox-secret"  # noqa: S105 - published in the README

    def base(self, settings: Settings) -> str:
        """Where a browser finds it."""
        return f"{settings.url}{self.path}"

    def redirect_uris(self, settings: Settings) -> tuple[str, ...]:
        """The callbacks it may send people to, compared letter by letter."""
        return (f"{settings.app_url}/auth/{self.key}/callback",)


GOOGLE = Provider("google", "Google", "/oidc/google", "sandbox-google")
MICROSOFT = Provider("microsoft", "Microsoft", "/oidc/microsoft", "sandbox-microsoft")
GITHUB = Provider("github", "GitHub", "/oauth/github", "sandbox-github")
PROVIDERS = {each.key: each for each in (GOOGLE, MICROSOFT, GITHUB)}


def issuer(provider: Provider, settings: Settings, tenant: str = TENANT) -> str:
    """Microsoft's is a template in its metadata and names the tenant in its tokens; Google has one."""
    base = provider.base(settings)
    return f"{base}/{tenant}/v2.0" if provider is MICROSOFT else base
