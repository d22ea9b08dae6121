"""What a log-in by a provider is refused for. Each has a page that explains it."""

from saas_app.core.errors import Conflict, Kind, SaasError


class VisitOver(SaasError):
    """Too late, used before, or begun in another browser. `next` is where it was to lead."""

    code = "provider_visit_over"


class Declined(SaasError):
    """The person, or the provider, said no. Nothing is wrong."""

    code = "provider_declined"


class NotTrusted(SaasError):
    """The provider's answer does not prove what it should: attack, mix-up or fault."""

    kind = Kind.NOT_ALLOWED
    code = "provider_not_trusted"


class OfferOver(SaasError):
    """What a person wanted to connect is no longer kept, or was begun in another browser."""

    code = "provider_offer_over"


class AnotherAccount(SaasError):
    """Logged in, but not to the account that was to be connected."""

    kind = Kind.CONFLICT
    code = "provider_another_account"


class IdentityTaken(Conflict):
    """It opens somebody else's account already."""

    code = "identity_taken"


class SecondFactorFirst(SaasError):
    """A mailbox alone adds no way in to an account that asks for a second factor."""

    kind = Kind.NOT_ALLOWED
    code = "second_factor_first"
