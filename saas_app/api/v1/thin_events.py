"""Where Stripe's thin events arrive. Answers 200 only once what it was about was fetched and told."""

from http import HTTPStatus

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from saas_app.api import problems
from saas_app.billing.errors import BadWebhook
from saas_app.billing.publication import THIN_PATH as PATH
from saas_app.core.errors import SaasError
from saas_app.entitlements import uncounted

__all__ = ["PATH", "received"]


async def received(request: Request) -> Response:
    """400 only for a bad signature or body, 503 to be sent again."""
    try:
        outcome = await uncounted.receive(
            await request.body(), request.headers.get("stripe-signature", "")
        )
    except BadWebhook as forged:
        return problems.response(
            HTTPStatus.BAD_REQUEST,
            code=forged.code,
            detail=forged.message,
            request_id=problems.request_id(request),
        )
    except SaasError as refusal:
        return problems.of(refusal, problems.request_id(request))
    except ClientDisconnect:
        return Response(status_code=HTTPStatus.BAD_REQUEST)
    return JSONResponse({"received": outcome})
