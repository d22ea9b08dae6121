"""The refusals of the Stripe API, in Stripe's shape; it decides no one's status but its own."""

from typing import Any


class ApiError(Exception):
    """A refusal with the HTTP status, type, code and words that Stripe would use.

    `keeps` is true where Stripe keeps what happened before the refusal: a declined charge
    stays on record although the request answers 402.
    """

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        kind: str = "invalid_request_error",
        code: str | None = None,
        param: str | None = None,
        keeps: bool = False,
        **extra: Any,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.keeps = keeps
        said = {"code": code, "message": message, "param": param, "type": kind, **extra}
        self.body = {"error": {key: value for key, value in said.items() if value is not None}}


def missing(what: str, object_id: str, param: str = "id") -> ApiError:
    """No such object: also the answer for another account's, so nothing can be probed."""
    return ApiError(
        f"No such {what}: '{object_id}'", status=404, code="resource_missing", param=param
    )


def invalid(message: str, param: str | None = None, code: str | None = None) -> ApiError:
    """A request that cannot be done as asked."""
    return ApiError(message, code=code, param=param)


def declined(
    code: str, decline_code: str | None, message: str, *, keeps: bool = True, **extra: Any
) -> ApiError:
    """A card said no."""
    return ApiError(
        message,
        status=402,
        kind="card_error",
        code=code,
        decline_code=decline_code,
        keeps=keeps,
        **extra,
    )
