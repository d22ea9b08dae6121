"""The pages people see: Checkout, portal, invoices, and the control room."""

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from sandbox import errors
from sandbox.house import House
from sandbox.pages import bank, buttons, checkout, control_room, invoice, paper, portal


def routes(house: House) -> list[BaseRoute]:
    """Every page and every button."""
    return [
        *checkout.routes(house),
        *portal.routes(house),
        *bank.routes(house),
        *invoice.routes(house),
        *buttons.routes(house),
        *control_room.routes(house),
    ]


def handlers(house: House) -> Mapping[Any, Any]:
    """What is shown when there is nothing to show."""

    async def not_found(_request: Request, _problem: Exception) -> Response:
        return paper.show(house, "not_found.html", status=404)

    return {404: not_found, errors.ApiError: not_found}
