"""Refusals as RFC 9457 problem documents. The one place where a kind becomes a status code."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from saas_app.core import logs
from saas_app.core.errors import Kind, SaasError, TooMany
from saas_app.core.texts import has, text

MEDIA_TYPE = "application/problem+json"
_log = logs.get(__name__)

STATUS: Mapping[Kind, HTTPStatus] = {
    Kind.NOT_FOUND: HTTPStatus.NOT_FOUND,
    Kind.NOT_ALLOWED: HTTPStatus.FORBIDDEN,
    Kind.NOT_SIGNED_IN: HTTPStatus.UNAUTHORIZED,
    Kind.NEEDS_UPGRADE: HTTPStatus.FORBIDDEN,
    Kind.CONFLICT: HTTPStatus.CONFLICT,
    Kind.INVALID: HTTPStatus.UNPROCESSABLE_ENTITY,
    Kind.TOO_MANY: HTTPStatus.TOO_MANY_REQUESTS,
    Kind.UNAVAILABLE: HTTPStatus.SERVICE_UNAVAILABLE,
}


def response(
    status: int,
    /,
    *,
    code: str,
    detail: str,
    request_id: str,
    headers: Mapping[str, str] | None = None,
    facts: Mapping[str, Any] | None = None,
) -> JSONResponse:
    # A refusal's facts never overwrite what every problem document has.
    body = dict(facts or {}) | {
        "type": f"urn:tidemark:problem:{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "code": code,
        "request_id": request_id,
    }
    return JSONResponse(body, status, headers=dict(headers or {}), media_type=MEDIA_TYPE)


def of(error: SaasError, request_id: str) -> JSONResponse:
    headers = (
        {"Retry-After": str(error.retry_after), **error.headers}
        if isinstance(error, TooMany)
        else {}
    )
    if error.kind is Kind.NOT_SIGNED_IN:
        headers["WWW-Authenticate"] = "Bearer"
    return response(
        STATUS[error.kind],
        code=error.code,
        detail=error.message,
        request_id=request_id,
        headers=headers,
        facts=error.facts,
    )


def install(api: FastAPI) -> None:
    """Every way an endpoint can fail answers with a problem document, bugs included."""

    @api.exception_handler(SaasError)
    async def refused(request: Request, error: SaasError) -> JSONResponse:
        return of(error, request_id(request))

    @api.exception_handler(RequestValidationError)
    async def invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        fields = {_field(fault["loc"]): str(fault["msg"]) for fault in error.errors()}
        detail = text("api.invalid", fields=", ".join(fields))
        return response(
            422,
            code="invalid",
            detail=detail,
            request_id=request_id(request),
            facts={"fields": fields},
        )

    @api.exception_handler(HTTPException)
    async def http(request: Request, error: HTTPException) -> JSONResponse:
        key = f"api.status.{error.status_code}"
        detail = text(key) if has(key) else str(error.detail)
        code = HTTPStatus(error.status_code).name.lower()
        return response(
            error.status_code,
            code=code,
            detail=detail,
            request_id=request_id(request),
            headers=error.headers,
        )

    @api.exception_handler(Exception)
    async def bug(request: Request, error: Exception) -> JSONResponse:
        _log.error("api.bug", path=request.url.path, request_id=request_id(request), exc_info=error)
        return response(
            500, code="internal_error", detail=text("api.bug"), request_id=request_id(request)
        )


def request_id(request: Request) -> str:
    return str(request.scope.get("state", {}).get("request_id", ""))


def _field(location: tuple[int | str, ...]) -> str:
    """`body.email` is `email` to the person who sent it; a broken document is `body`."""
    inner = [str(part) for part in location[1:]] or [str(location[0])]
    return ".".join(inner)
