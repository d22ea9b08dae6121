"""The buttons of the control room: plain forms, same origin only, and back to where one was."""

from collections.abc import Awaitable, Callable
from typing import TypeAlias
from urllib.parse import quote

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from sandbox import clock, errors
from sandbox.control import CATALOGUE
from sandbox.engine import buying, disputing, dunning, payments, wallet
from sandbox.faults import UnknownFault
from sandbox.house import House
from sandbox.pages import paper

Button: TypeAlias = Callable[[House, FormData], Awaitable[str]]

SETTLE = 0.1
MOVED = "The clock moved"


def routes(house: House) -> list[BaseRoute]:
    """One address per button."""
    return [
        Route(f"/press/{name}", _pressing(house, button), methods=["POST"])
        for name, button in BUTTONS.items()
    ]


async def advance(house: House, form: FormData) -> str:
    """Move the clock by a span."""
    span = clock.seconds(str(form.get("span") or ""))
    if span is None:
        raise errors.invalid('Say how far: "1h", "1d", "2w".')
    happened = await house.walk_to(house.world.now() + span, settle=SETTLE)
    return _told(happened)


async def to_next(house: House, _form: FormData) -> str:
    """Move the clock to the next thing that is due; an abandoned Checkout page is no goal."""
    timers = house.world.store.timers()
    ahead = next((timer for timer in timers if timer.action != "expire_session"), None)
    if ahead is None:
        return "Nothing is due. The clock stays where it is."
    return _told(await house.walk_to(max(ahead.at, house.world.now()), settle=SETTLE))


async def fault(house: House, form: FormData) -> str:
    """Turn a switch to a count."""
    name, value = str(form.get("name") or ""), str(form.get("count") or "1")
    asked = {name: int(value) if value.isdecimal() else -1}
    for extra in ("delay_seconds", "slow_seconds"):
        given = str(form.get(extra) or "")
        if given.replace(".", "", 1).isdecimal():
            asked[extra] = float(given)  # pyright: ignore[reportArgumentType] - counts are int, spans are float
    house.world.faults.set(asked)
    house.committed()
    return "The switch is off." if not asked[name] else "The switch is on."


async def fail_payments(house: House, form: FormData) -> str:
    """Let one person's payments fail, whoever else pays in between."""
    with house.world.store.transaction():
        customer = house.world.need("customer", str(form.get("customer") or ""))
        cards = payments.refuse_from_now_on(house.world, customer["id"])
    if not cards:
        return "There is no card on file, so there is nothing to decline."
    return f"The next payment of {customer['email']} fails, and so do its retries, until another card is used."


async def expire_cards(house: House, form: FormData) -> str:
    """Let one person's cards run out at the end of this month, or have them renewed."""
    with house.world.store.transaction():
        customer = house.world.need("customer", str(form.get("customer") or ""))
        if form.get("do") == "renew":
            found = wallet.renew(house.world, customer["id"])
        else:
            found = wallet.expire_in(house.world, customer["id"], 0)
    house.committed()
    if not found:
        return "There is no card on file."
    ends = f"{found[0]['card']['exp_month']:02d}/{found[0]['card']['exp_year']}"
    return f"The cards now say {ends}. They work until that month is over."


async def dispute(house: House, form: FormData) -> str:
    """Let a customer dispute a payment, or let the bank decide."""
    world, subject = house.world, str(form.get("subject") or "")
    with world.store.transaction():
        if form.get("do") == "open":
            disputing.open_for(world, world.need("charge", subject))
        else:
            won = form.get("do") == "won"
            disputing.close(world, world.need("dispute", subject), won=won)
    house.committed()
    return "Done. The app hears of it by webhook."


async def calm(house: House, _form: FormData) -> str:
    """Turn every switch off."""
    house.world.faults.clear()
    return "Every switch is off."


async def last_retry(house: House, form: FormData) -> str:
    """Choose what happens after the last retry."""
    dunning.choose_final(house.world.store, str(form.get("final") or ""))
    return "Saved. It counts for payments that run out of retries from now on."


async def reset(house: House, form: FormData) -> str:
    """Start again, with or without the catalogue."""
    everything = form.get("what") == "everything"
    await house.forget(() if everything else CATALOGUE)
    if everything:
        return "Everything is gone. Apply the plans again to sell something."
    return "Customers and their history are gone; products, prices and endpoints were kept."


async def replay(house: House, form: FormData) -> str:
    """Deliver an event again."""
    event = house.world.event(str(form.get("event") or ""))
    sent = house.deliverer.replay(event)
    await house.deliverer.settled(2.0)
    return f"Sent again to {sent} {'endpoint' if sent == 1 else 'endpoints'}."


async def expire(house: House, form: FormData) -> str:
    """Let an open Checkout page expire."""
    with house.world.store.transaction():
        session = house.world.need("checkout.session", str(form.get("session") or ""))
        buying.expire(house.world, session)
    house.committed()
    return "The Checkout page has expired."


BUTTONS: dict[str, Button] = {
    "advance": advance,
    "calm": calm,
    "dispute": dispute,
    "expire": expire,
    "expire-cards": expire_cards,
    "fail-payments": fail_payments,
    "fault": fault,
    "last-retry": last_retry,
    "next": to_next,
    "replay": replay,
    "reset": reset,
}


def _pressing(house: House, button: Button) -> Callable[[Request], Awaitable[Response]]:
    async def press(request: Request) -> Response:
        form = await request.form()
        try:
            said = await button(house, form)
        except (errors.ApiError, UnknownFault, ValueError) as refusal:
            said = f"{refusal} Nothing was changed."
        return paper.go(f"{_back(form)}?said={quote(said)}")

    return press


def _back(form: FormData) -> str:
    back = str(form.get("back") or "/")
    inside = back.startswith("/") and not back.startswith(("//", "/\\"))
    return back.partition("?")[0] if inside else "/"


def _told(happened: list[str]) -> str:
    count = len(happened)
    if not count:
        return f"{MOVED}; nothing was due on the way."
    return f"{MOVED}; {count} {'thing' if count == 1 else 'things'} happened on the way."
