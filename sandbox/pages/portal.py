"""The customer portal: see what you have, change the card, cancel or carry on, find invoices.

Cancelling here sets the date only, as Stripe's portal does in flexible billing mode
(`cancel_at` without `cancel_at_period_end`); the API can do it the other way.
"""

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from sandbox import cards, errors
from sandbox.engine import cancelling, pausing, wallet
from sandbox.house import House
from sandbox.objects import payment
from sandbox.pages import checkout, paper, terms
from sandbox.store import Body
from sandbox.world import World


def routes(house: House) -> list[BaseRoute]:
    """The portal page and its buttons."""

    async def page(request: Request) -> Response:
        session = house.world.need("billing_portal.session", request.path_params["id"])
        return _page(house, session)

    async def press(request: Request) -> Response:
        form = await request.form()
        session = house.world.need("billing_portal.session", request.path_params["id"])
        button = _BUTTONS.get(str(form.get("do")))
        if button is None:
            return _page(house, session, problem="That button does not exist. Nothing was done.")
        subject = str(form.get("subject") or "")
        try:
            with house.world.store.transaction():
                button(house.world, session["customer"], subject)
        except errors.ApiError as refusal:
            return _page(house, session, problem=f"{refusal} Nothing was changed.")
        house.committed()
        return paper.go(f"/p/session/{session['id']}")

    path = "/p/session/{id}"
    return [Route(path, page, methods=["GET"]), Route(path, press, methods=["POST"])]


def _page(house: House, session: Body, *, problem: str | None = None) -> Response:
    world, customer_id = house.world, session["customer"]
    subscriptions = world.store.select("subscription", {"customer": customer_id})
    return paper.show(
        house,
        "portal.html",
        status=400 if problem else 200,
        cards=[card for number in checkout.MAIN_CARDS if (card := cards.by_number(number))],
        customer=world.need("customer", customer_id),
        features=world.need("billing_portal.configuration", session["configuration"])["features"],
        invoices=world.store.select("invoice", {"customer": customer_id}),
        methods=world.store.select("payment_method", {"customer": customer_id}),
        problem=problem,
        session=session,
        subscriptions=[_described(world, each) for each in subscriptions],
    )


def _described(world: World, subscription: Body) -> Body:
    item = subscription["items"]["data"][0]
    price = world.need("price", item["price"])
    return {
        **subscription,
        "name": world.need("product", price["product"])["name"],
        "price": terms.per_period(price, item["quantity"]),
        "period_end": item["current_period_end"],
    }


def _own(world: World, customer_id: str, subscription_id: str) -> Body:
    found = world.need("subscription", subscription_id)
    if found["customer"] != customer_id:
        raise errors.missing("subscription", subscription_id)
    return found


def _cancel(world: World, customer_id: str, subject: str) -> None:
    subscription = _own(world, customer_id, subject)
    cancelling.refuse_if_ended(subscription)
    cancelling.at(world, subscription, "max_period_end")
    world.save(subscription, "customer.subscription.updated")


def _keep(world: World, customer_id: str, subject: str) -> None:
    subscription = _own(world, customer_id, subject)
    cancelling.refuse_if_ended(subscription)
    cancelling.take_back(world, subscription)
    world.save(subscription, "customer.subscription.updated")


def _resume(world: World, customer_id: str, subject: str) -> None:
    pausing.resume(world, _own(world, customer_id, subject), {})


def _change_card(world: World, customer_id: str, subject: str) -> None:
    card = cards.by_number(subject)
    if card is None:
        raise errors.invalid("Choose one of the cards shown.")
    method = world.add(payment.method(card, now=world.now()))
    method = wallet.attach(world, method | {"_trusted": True}, customer_id)
    wallet.make_default(world, customer_id, method["id"])
    for subscription in world.store.select("subscription", {"customer": customer_id}):
        if subscription["status"] not in cancelling.ENDED:
            subscription["default_payment_method"] = method["id"]
            world.save(subscription, "customer.subscription.updated")


_BUTTONS: dict[str, Callable[[World, str, str], None]] = {
    "cancel": _cancel,
    "card": _change_card,
    "keep": _keep,
    "resume": _resume,
}
