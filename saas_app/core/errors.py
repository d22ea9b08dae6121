"""Refusals we can explain. Owns the kinds; the edges alone know status codes and toasts."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, ClassVar


class Kind(StrEnum):
    NOT_FOUND = "not_found"
    NOT_ALLOWED = "not_allowed"
    NOT_SIGNED_IN = "not_signed_in"
    NEEDS_UPGRADE = "needs_upgrade"
    CONFLICT = "conflict"
    INVALID = "invalid"
    TOO_MANY = "too_many"
    UNAVAILABLE = "unavailable"


class SaasError(Exception):
    """A refusal we can explain. `message` is read by a person; `code` by a program.

    `facts` travel to the caller beside the message (a limit, a plan, a field's name); they
    hold nothing the caller may not see.
    """

    kind: ClassVar[Kind] = Kind.INVALID
    code: ClassVar[str] = "invalid"

    def __init__(self, message: str, **facts: Any) -> None:
        super().__init__(message)
        self.message = message
        self.facts: Mapping[str, Any] = facts


class NotFound(SaasError):
    """Someone else's thing and a missing thing look alike: both raise this."""

    kind = Kind.NOT_FOUND
    code = "not_found"


class NotAllowed(SaasError):
    kind = Kind.NOT_ALLOWED
    code = "not_allowed"


class NotSignedIn(SaasError):
    kind = Kind.NOT_SIGNED_IN
    code = "not_signed_in"


class Conflict(SaasError):
    kind = Kind.CONFLICT
    code = "conflict"


class Invalid(SaasError):
    """Input that cannot be used. `fields` maps each field's name to its own sentence."""

    def __init__(self, message: str, *, fields: Mapping[str, str] | None = None) -> None:
        super().__init__(message, fields=dict(fields or {}))
        self.fields: Mapping[str, str] = fields or {}


class TooMany(SaasError):
    """Come back later: `retry_after` is in whole seconds, at least one."""

    kind = Kind.TOO_MANY
    code = "too_many_requests"

    def __init__(self, message: str, *, retry_after: int) -> None:
        super().__init__(message, retry_after=max(1, retry_after))
        self.retry_after = max(1, retry_after)
        # What the edge that counts wants its caller to know beside the refusal.
        self.headers: Mapping[str, str] = {}


class Unavailable(SaasError):
    """Something we depend on does not answer; trying again later may work."""

    kind = Kind.UNAVAILABLE
    code = "unavailable"
