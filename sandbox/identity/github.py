"""OAuth 2.0 as GitHub speaks it: no id_token, refusals with status 200, an API for the rest."""

from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from sandbox.identity import client_auth, grants
from sandbox.identity.providers import GITHUB
from sandbox.store import Body
from sandbox.world import World

_API = f"{GITHUB.path}/api"


def routes(world: World) -> list[BaseRoute]:
    """The token endpoint and the two questions a log-in asks."""

    async def token(request: Request) -> Response:
        form = await request.form()
        if not client_auth.proves(request, form, GITHUB):
            return _said(
                request, _problem("incorrect_client_credentials", "The secret is not passed.")
            )
        code, redirect_uri, verifier = (
            str(form.get(name) or "") for name in ("code", "redirect_uri", "code_verifier")
        )
        try:
            given, kept = grants.redeemed(world.store, GITHUB, code, redirect_uri, verifier)
        except grants.InvalidGrant as why:
            return _said(request, _problem("bad_verification_code", str(why)))
        scope = ",".join(kept["scope"].replace(",", " ").split())
        return _said(request, {"access_token": given, "token_type": "bearer", "scope": scope})

    async def user(request: Request) -> Response:
        kept = _behind(world, request)
        if kept is None:
            return _bad_credentials()
        person = grants.person_of(kept)
        shown = {"id": int(person.subject), "login": person.login, "name": person.name}
        # The public address is what people choose to show, verified or not: most show none.
        return JSONResponse({**shown, "type": "User", "email": None})

    async def emails(request: Request) -> Response:
        kept = _behind(world, request)
        if kept is None:
            return _bad_credentials()
        person, scopes = grants.person_of(kept), kept["scope"].replace(",", " ").split()
        if not {"user", "user:email"} & set(scopes):
            return JSONResponse({"message": "Not Found", "status": "404"}, 404)
        hidden = {"email": person.noreply, "verified": True, "visibility": None}
        if not person.email:
            return JSONResponse([{**hidden, "primary": True}])
        address = {"email": person.email, "verified": person.verified, "visibility": "private"}
        return JSONResponse([{**address, "primary": True}, {**hidden, "primary": False}])

    return [
        Route(f"{GITHUB.path}/login/oauth/access_token", token, methods=["POST"]),
        Route(f"{_API}/user", user),
        Route(f"{_API}/user/emails", emails),
    ]


def _behind(world: World, request: Request) -> Body | None:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    found = grants.behind(world.store, GITHUB, token)
    return found if scheme.lower() in {"bearer", "token"} else None


def _bad_credentials() -> Response:
    return JSONResponse({"message": "Bad credentials", "status": "401"}, 401)


def _problem(error: str, description: str) -> dict[str, str]:
    return {"error": error, "error_description": description}


def _said(request: Request, answer: dict[str, str]) -> Response:
    if "json" in request.headers.get("accept", ""):
        return JSONResponse(answer)
    return Response(urlencode(answer), media_type="application/x-www-form-urlencoded")
