"""The bank's own page, for payments and saved cards that were begun outside Checkout."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from sandbox.engine import bank, payments
from sandbox.house import House
from sandbox.pages import paper


def routes(house: House) -> list[BaseRoute]:
    """The question and its answer."""

    async def ask(request: Request) -> Response:
        intent = bank.waiting(house.world, request.path_params["id"])
        method = house.world.need("payment_method", intent["payment_method"])
        return paper.show(
            house,
            "bank.html",
            card=payments.card_of(method),
            session=intent,
            action=f"/bank/{intent['id']}",
        )

    async def answer(request: Request) -> Response:
        form = await request.form()
        with house.world.store.transaction():
            intent = bank.waiting(house.world, request.path_params["id"])
            url = intent.get("_return_url")
            bank.settle(house.world, intent, is_customer=form.get("answer") == "complete")
        house.committed()
        return paper.go(url or "/")

    path = "/bank/{id}"
    return [Route(path, ask, methods=["GET"]), Route(path, answer, methods=["POST"])]
