"""Where Stripe's events arrive. Believes nothing unsigned, answers only after the commit."""

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from saas_app.api import problems
from saas_app.billing import inbox
from saas_app.billing.errors import BadWebhook
from saas_app.core.errors import SaasError

router = APIRouter(tags=["Webhooks"])
PATH = "/api/stripe/webhook"


@router.post(PATH, responses={400: {}, 503: {}}, include_in_schema=False)
async def stripe_webhook(request: Request) -> Response:
    """200 once the event is on disk, 400 only for a bad signature or body, 503 to be sent again."""
    try:
        received = await inbox.receive(
            await request.body(), request.headers.get("stripe-signature", "")
        )
    except BadWebhook as forged:
        return problems.response(
            400, code=forged.code, detail=forged.message, request_id=problems.request_id(request)
        )
    except SaasError as refusal:
        return problems.of(refusal, problems.request_id(request))
    return JSONResponse({"received": received})
