"""What accounts refuse, in words for a person and a code for a program."""

from saas_app.core.errors import Kind, NotSignedIn, SaasError


class WrongCredentials(NotSignedIn):
    """Unknown address and wrong password are told apart by nobody."""

    code = "wrong_credentials"


class Unverified(SaasError):
    """The password was right, the address is not proved yet."""

    kind = Kind.NOT_ALLOWED
    code = "email_unverified"


class LinkInvalid(SaasError):
    """Never ours, or not for this purpose."""

    code = "link_invalid"


class LinkExpired(SaasError):
    code = "link_expired"


class LinkUsed(SaasError):
    kind = Kind.CONFLICT
    code = "link_used"


class TokenInvalid(NotSignedIn):
    code = "token_invalid"


class RefreshReused(NotSignedIn):
    """A refresh token came back after its use: its whole family is closed."""

    code = "refresh_reused"
