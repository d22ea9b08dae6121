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


class PendingLoginOver(NotSignedIn):
    """The second step came too late, or the log-in was finished in another tab."""

    code = "pending_login_over"


class SecondFactorRequired(NotSignedIn):
    """The password was right; a program sends it again together with `otp`."""

    code = "otp_required"


class WrongCode(SaasError):
    """A code that is wrong, used, expired or meant for something else: told apart by nobody."""

    code = "wrong_code"


class WrongOtp(NotSignedIn):
    """As WrongCode, for a program that sent it with the password."""

    code = "otp_wrong"


class WrongPasskey(SaasError):
    """An answer of an authenticator that proves nothing here."""

    code = "wrong_passkey"


class EnrolmentOver(SaasError):
    """An app or a passkey was confirmed too late, or by somebody else."""

    kind = Kind.CONFLICT
    code = "enrolment_over"


class StepUpRequired(SaasError):
    """The session lives, but a dangerous act wants a fresh proof of who one is."""

    kind = Kind.NOT_ALLOWED
    code = "step_up_required"


class LastWayIn(SaasError):
    """Without it nobody could log in to the account any more."""

    kind = Kind.CONFLICT
    code = "last_way_in"
