"""The pages people see: Checkout, portal, invoices, and the control room."""

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute

from sandbox.house import House
from sandbox.pages import checkout


def routes(house: House) -> list[BaseRoute]:
    """Every page."""
    return [*checkout.routes(house)]


async def _not_found(request: Request, _problem: Exception) -> Response:
    return JSONResponse({"error": {"message": f"There is nothing at {request.url.path}."}}, 404)


HANDLERS: Mapping[Any, Any] = {404: _not_found}
