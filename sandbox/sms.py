"""A tray for text messages, filled by requests in Twilio's shape; none ever leaves."""

from datetime import UTC, datetime

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from sandbox import ids, mail
from sandbox.store import Body
from sandbox.world import World

_LONGEST = 1600
_PATH = "/2010-04-01/Accounts/{sid}/Messages.json"


def routes(world: World) -> list[BaseRoute]:
    """Twilio's one address for sending and listing messages."""

    async def send(request: Request) -> Response:
        sid = request.path_params["sid"]
        if not request.headers.get("authorization", "").startswith("Basic "):
            return _problem(401, 20003, "Authenticate with the account's sid and token.")
        form = await request.form()
        to, sender, text = (str(form.get(name) or "") for name in ("To", "From", "Body"))
        if not to:
            return _problem(400, 21604, "A 'To' phone number is required.")
        if not text or len(text) > _LONGEST:
            return _problem(400, 21602, f"Message body is required, {_LONGEST} letters at most.")
        said = {"from": sender, "subject": "", "text": text, "links": mail.links(text)}
        message_id = f"SM{ids.letters(32).lower()}"
        mail.keep(world, "sms", to, {**said, "sid": message_id, "account_sid": sid})
        return JSONResponse(_message(mail.find(world, "sms", to, 1)[0]), 201)

    async def read(request: Request) -> Response:
        found = mail.find(world, "sms", request.query_params.get("To"))
        return JSONResponse({"messages": [_message(each) for each in found], "page": 0})

    return [Route(_PATH, send, methods=["POST"]), Route(_PATH, read, methods=["GET"])]


def _message(kept: Body) -> Body:
    sent = datetime.fromtimestamp(kept["received"], UTC).strftime("%a, %d %b %Y %H:%M:%S +0000")
    return {
        "sid": kept["sid"],
        "account_sid": kept["account_sid"],
        "api_version": "2010-04-01",
        "body": kept["text"],
        "date_created": sent,
        "date_sent": sent,
        "direction": "outbound-api",
        "error_code": None,
        "error_message": None,
        "from": kept["from"],
        "num_segments": str(len(kept["text"]) // 153 + 1),
        "price": None,
        "status": "delivered",
        "to": kept["to"],
        "uri": f"/2010-04-01/Accounts/{kept['account_sid']}/Messages/{kept['sid']}.json",
    }


def _problem(status: int, code: int, message: str) -> Response:
    return JSONResponse({"code": code, "message": message, "status": status}, status)
