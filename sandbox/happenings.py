"""What happens to customers outside any shop: cards run out, banks issue new ones or answer.

Part of the control API; nothing here is an endpoint of Stripe's.
"""

from collections.abc import Awaitable, Callable

from starlette.requests import Request

from sandbox import errors, render
from sandbox.engine import bank, disputing, wallet
from sandbox.engine import meter_errors as uncounted
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


async def open_dispute(house: House, request: Request, asked: Body) -> Body:
    """A customer's bank takes a payment back, `{"reason": "fraudulent"}`."""
    reason = asked.get("reason", "fraudulent")
    if reason not in disputing.REASONS:
        raise errors.invalid(f"reason is one of {', '.join(disputing.REASONS)}.", "reason")
    with house.world.store.transaction():
        charge = house.world.need("charge", request.path_params["charge"])
        opened = disputing.open_for(house.world, charge, reason)
    house.committed()
    return {"dispute": render.shown(house.world.store, opened)}


async def close_dispute(house: House, request: Request, asked: Body) -> Body:
    """The bank decides, `{"won": true}` for the shop or `false` against it."""
    if not isinstance(asked.get("won"), bool):
        raise errors.invalid('Say who wins: {"won": true} or {"won": false}.', "won")
    with house.world.store.transaction():
        found = house.world.need("dispute", request.path_params["dispute"])
        closed = disputing.close(house.world, found, won=asked["won"])
    house.committed()
    return {"dispute": render.shown(house.world.store, closed)}


async def meter_errors(house: House, _request: Request, _asked: Body) -> Body:
    """Usage that could not be counted: what Stripe tells by a thin event."""
    return {"data": uncounted.refused(house.world)}


VERBS: tuple[tuple[str, str, Callable[[House, Request, Body], Awaitable[Body]]], ...] = (
    ("POST", "/customers/{customer}/expire_cards", expire_cards),
    ("POST", "/customers/{customer}/renew_cards", renew_cards),
    ("POST", "/charges/{charge}/dispute", open_dispute),
    ("POST", "/disputes/{dispute}/close", close_dispute),
    ("GET", "/meter_errors", meter_errors),
    ("POST", "/intents/{intent}/authenticate", answer_bank),
)
