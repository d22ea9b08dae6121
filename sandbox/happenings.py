"""What happens to customers outside any shop: cards run out, banks issue new ones or answer.

Part of the control API; nothing here is an endpoint of Stripe's.
"""

from collections.abc import Awaitable, Callable

from starlette.requests import Request

from sandbox import errors, render
from sandbox.engine import bank, wallet
from sandbox.house import House
from sandbox.store import Body


async def expire_cards(house: House, request: Request, asked: Body) -> Body:
    """Let the customer's cards run out, `{"months": 0}` from now: 0 this month, -1 the last."""
    months = asked.get("months", 0)
    if isinstance(months, bool) or not isinstance(months, int) or abs(months) > 120:  # noqa: PLR2004 - ten years
        raise errors.invalid("months is a whole number from -120 to 120.", "months")
    with house.world.store.transaction():
        customer = house.world.need("customer", request.path_params["customer"])
        found = wallet.expire_in(house.world, customer["id"], months)
    house.committed()
    return {"data": render.shown(house.world.store, found)}


async def renew_cards(house: House, request: Request, _asked: Body) -> Body:
    """The bank issues new cards, and Stripe learns their dates by itself."""
    with house.world.store.transaction():
        customer = house.world.need("customer", request.path_params["customer"])
        found = wallet.renew(house.world, customer["id"])
    house.committed()
    return {"data": render.shown(house.world.store, found)}


async def answer_bank(house: House, request: Request, asked: Body) -> Body:
    """Answer 3D Secure for a payment or setup intent as the customer would, or `{"fail": true}`."""
    with house.world.store.transaction():
        intent = bank.waiting(house.world, request.path_params["intent"])
        settled = bank.settle(house.world, intent, is_customer=not asked.get("fail"))
    house.committed()
    return {"intent": render.shown(house.world.store, settled)}


VERBS: tuple[tuple[str, str, Callable[[House, Request, Body], Awaitable[Body]]], ...] = (
    ("POST", "/customers/{customer}/expire_cards", expire_cards),
    ("POST", "/customers/{customer}/renew_cards", renew_cards),
    ("POST", "/intents/{intent}/authenticate", answer_bank),
)
