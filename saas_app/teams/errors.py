"""What teams refuse, in words for a person and a code for a program."""

from saas_app.core.errors import Conflict, Kind, NotSignedIn, SaasError


class AlreadyInvited(Conflict):
    code = "already_invited"


class AlreadyMember(Conflict):
    code = "already_member"


class InvitationOver(Conflict):
    """Revoked, expired, replaced by a newer letter, or accepted before."""

    code = "invitation_over"


class LogInFirst(NotSignedIn):
    """The invited address has an account here: its owner is asked to log in."""

    code = "invitation_log_in"


class SignUpFirst(NotSignedIn):
    """Nobody has the invited address yet."""

    code = "invitation_sign_up"


class OtherAddress(SaasError):
    """Signed in, but as somebody else than the one who was asked."""

    kind = Kind.NOT_ALLOWED
    code = "invitation_other_address"


class NoSeatFree(Conflict):
    """The invitation stays open until there is a seat."""

    code = "no_seat_free"


class OwnerStays(Conflict):
    """The owner leaves by handing the workspace over first."""

    code = "owner_stays"
