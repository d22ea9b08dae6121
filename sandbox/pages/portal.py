"""The customer portal: what its configuration allows, and the deep links into one part of it.

Cancelling here sets the date only, as Stripe's portal does in flexible billing mode
(`cancel_at` without `cancel_at_period_end`); the API can do it the other way.
"""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from sandbox import cards, errors
from sandbox.engine import tax_ids
from sandbox.house import House
from sandbox.pages import checkout, paper, portal_acts, portal_change, terms
from sandbox.store import Body
from sandbox.world import World

_ENDED = {"canceled", "incomplete_expired"}


def routes(house: House) -> list[BaseRoute]:
    """The portal page and its buttons."""

    async def page(request: Request) -> Response:
        session = house.world.need("billing_portal.session", request.path_params["id"])
        try:
            return _page(house, session, request.query_params)
        except errors.ApiError as refusal:
            return _page(house, session, {}, problem=f"{refusal} Nothing was changed.")

    async def press(request: Request) -> Response:
        form = await request.form()
        session = house.world.need("billing_portal.session", request.path_params["id"])
        act, completes = portal_acts.ACTS.get(str(form.get("do")), (None, None))
        if act is None:
            said = "That button does not exist. Nothing was done."
            return _page(house, session, {}, problem=said)
        try:
            with house.world.store.transaction(), house.world.in_time_of(session["customer"]):
                act(house.world, session["customer"], _features(house.world, session), form)
        except errors.ApiError as refusal:
            return _page(house, session, {}, problem=f"{refusal} Nothing was changed.")
        house.committed()
        return paper.go(_onward(session, completes))

    path = "/p/session/{id}"
    return [Route(path, page, methods=["GET"]), Route(path, press, methods=["POST"])]


def _onward(session: Body, completed: str | None) -> str:
    """Back to the page, or where a deep link leads when its task is done."""
    here, flow = f"/p/session/{session['id']}", session["flow"]
    if flow is None or completed is None or not flow["type"].startswith(completed):
        return here
    after = flow["after_completion"]
    if after["type"] == "redirect":
        return str(after["redirect"]["return_url"])
    return f"{here}?done=1" if after["type"] == "hosted_confirmation" else f"{here}?home=1"


def _page(house: House, session: Body, query: Any, *, problem: str | None = None) -> Response:
    world, customer_id = house.world, session["customer"]
    features = _features(world, session)
    flow = None if query.get("home") else session["flow"]
    found = world.store.select("subscription", {"customer": customer_id})
    return paper.show(
        house,
        "portal.html",
        status=400 if problem else 200,
        cards=[card for number in checkout.MAIN_CARDS if (card := cards.by_number(number))],
        change=None
        if problem or query.get("done")
        else _change(world, features, session, flow, query),
        customer=world.need("customer", customer_id),
        done=bool(query.get("done")),
        features=features,
        flow=flow,
        invoices=world.store.select("invoice", {"customer": customer_id}),
        methods=world.store.select("payment_method", {"customer": customer_id}),
        problem=problem,
        session=session,
        subscriptions=[_described(world, features, each) for each in found],
        tax_ids=world.store.select("tax_id", {"customer": customer_id}),
        tax_kinds=sorted(tax_ids.FORMS),
    )


def _change(
    world: World, features: Body, session: Body, flow: Body | None, query: Any
) -> Body | None:
    """The change that is being looked at, with its cost, if one is."""
    asked: Any = query
    if flow and flow["type"] == "subscription_update_confirm" and not query.get("change"):
        confirm = flow["subscription_update_confirm"]
        asked = {**confirm["items"][0], "change": confirm["subscription"]}
    if not asked.get("change"):
        return None
    subscription = portal_acts.own(world, session["customer"], asked["change"])
    wanted = portal_change.wanted_of(asked, subscription)
    shown = portal_change.preview(world, features["subscription_update"], subscription, wanted)
    price = world.need("price", wanted["price"])
    return {
        **shown,
        "subject": subscription["id"],
        "currency": subscription["currency"],
        "name": world.need("product", price["product"])["name"],
        "words": terms.per_period(price, wanted["quantity"]),
    }


def _described(world: World, features: Body, subscription: Body) -> Body:
    item = subscription["items"]["data"][0]
    price = world.need("price", item["price"])
    ended = subscription["status"] in _ENDED
    offered = portal_change.offers(world, features["subscription_update"], subscription)
    return {
        **subscription,
        "name": world.need("product", price["product"])["name"],
        "price": terms.per_period(price, item["quantity"]),
        "quantity": item["quantity"],
        "period_end": item["current_period_end"],
        "offers": [] if ended or subscription["schedule"] else offered,
    }


def _features(world: World, session: Body) -> Body:
    return world.need("billing_portal.configuration", session["configuration"])["features"]
