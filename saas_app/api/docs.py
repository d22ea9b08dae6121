"""The documentation page: Swagger's own files, served by us, under our content security policy."""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, JSONResponse, Response

from saas_app.accounts import jwt
from saas_app.core.settings import settings

router = APIRouter(include_in_schema=False)

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{brand} API</title>
<link rel="icon" href="/favicon.svg">
<link rel="stylesheet" href="/swagger/swagger-ui.css">
</head>
<body>
<main id="swagger-ui"></main>
<script src="/swagger/swagger-ui-bundle.js"></script>
<script src="/api/docs/start.js"></script>
</body>
</html>
"""
_START = """SwaggerUIBundle({ url: "/api/openapi.json", dom_id: "#swagger-ui", deepLinking: true });
"""


@router.get("/api/docs")
def page() -> HTMLResponse:
    return HTMLResponse(_PAGE.format(brand=settings().brand))


@router.get("/api/docs/start.js")
def start() -> Response:
    """A file of its own: the policy runs no inline script."""
    return Response(_START, media_type="text/javascript")


@router.get("/.well-known/jwks.json")
def jwks() -> JSONResponse:
    return JSONResponse(jwt.public_keys(), headers={"Cache-Control": "public, max-age=300"})
