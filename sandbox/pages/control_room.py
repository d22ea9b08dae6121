"""The control room: everything in the sandbox on a few calm pages. Looking changes nothing."""

from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.routing import BaseRoute, Route

from sandbox import mail, render, webhooks
from sandbox.engine import calendar, due, dunning, pricing
from sandbox.faults import FAULTS
from sandbox.house import House
from sandbox.pages import paper, terms, timeline
from sandbox.pages.buttons import MOVED
from sandbox.store import Body
from sandbox.world import World

_FEW, _MANY = 6, 100
_STATIC = {"sandbox.css": "text/css", "refresh.js": "text/javascript", "icon.svg": "image/svg+xml"}
# A mail may be looked at and its links followed into a new tab; it may run and load nothing.
_MAIL_CSP = (
    "default-src 'none'; img-src data:; style-src 'unsafe-inline';"
    " sandbox allow-popups allow-popups-to-escape-sandbox"
)


def routes(house: House) -> list[BaseRoute]:
    """Every page of the control room."""
    pages = {
        "/": ("overview.html", overview),
        "/people": ("people.html", people),
        "/people/{id}": ("person.html", person),
        "/subscriptions": ("subscriptions.html", subscriptions),
        "/events": ("events.html", events),
        "/events/{id}": ("event.html", event),
        "/deliveries": ("deliveries.html", deliveries),
        "/mail": ("mail.html", letters),
        "/mail/{id:int}": ("letter.html", letter),
        "/sms": ("sms.html", texts),
        "/switches": ("switches.html", switches),
        "/objects/{id}": ("object.html", one_object),
    }
    made: list[BaseRoute] = [
        Route(path, _showing(house, template, facts)) for path, (template, facts) in pages.items()
    ]

    async def mail_html(request: Request) -> Response:
        body = _letter(house.world, request)["html"]
        return HTMLResponse(
            f'<base target="_blank">{body}', headers={"Content-Security-Policy": _MAIL_CSP}
        )

    async def asset(request: Request) -> Response:
        name = request.path_params["name"]
        if name not in _STATIC:
            raise HTTPException(404)
        headers = {"Cache-Control": "max-age=300"}
        return FileResponse(paper.STATIC / name, media_type=_STATIC[name], headers=headers)

    made += [Route("/mail/{id:int}/html", mail_html), Route("/assets/{name}", asset)]
    return made


def overview(world: World, _request: Request) -> Body:
    """One screen that says how the sandbox stands."""
    return {
        "page": "/",
        "counts": {
            "people": world.store.count("customer"),
            "subscriptions": world.store.count("subscription"),
            "events": world.store.count("event"),
            "endpoints": world.store.count("webhook_endpoint"),
        },
        "ahead": _ahead(world),
        "subscriptions": _described(world, _FEW),
        "events": world.store.select("event", limit=_FEW),
        "deliveries": webhooks.log(world, limit=_FEW),
        "letters": mail.find(world, "mail", limit=_FEW),
        "sessions": world.store.select("checkout.session", {"status": "open"}, limit=_FEW),
        "switched_on": _switched_on(world),
    }


def people(world: World, _request: Request) -> Body:
    """Every customer, newest first."""
    found = [c for c in world.store.select("customer", limit=_MANY) if not c.get("deleted")]
    return {"page": "/people", "people": [_with_plan(world, each) for each in found]}


def person(world: World, request: Request) -> Body:
    """One customer with everything that belongs to them."""
    customer_id = request.path_params["id"]
    customer = world.need("customer", customer_id)
    own = {"customer": customer_id}
    return {
        "page": "/people",
        "person": customer,
        "subscriptions": _described(world, _MANY, own),
        "invoices": world.store.select("invoice", own, limit=_MANY),
        "methods": world.store.select("payment_method", own),
        "charges": [_with_dispute(world, each) for each in world.store.select("charge", own)],
        "letters": mail.find(world, "mail", customer.get("email") or "-", _FEW),
        "events": world.store.select("event", {"data.object.customer": customer_id}, limit=30),
    }


def subscriptions(world: World, _request: Request) -> Body:
    """Every subscription with its next date."""
    return {"page": "/subscriptions", "subscriptions": _described(world, _MANY)}


def events(world: World, request: Request) -> Body:
    """Everything that happened, newest first."""
    after = request.query_params.get("after")
    found = world.store.select("event", after=after, limit=_MANY + 1)
    more = found[_MANY - 1]["id"] if len(found) > _MANY else None
    return {"page": "/events", "events": found[:_MANY], "more": more}


def event(world: World, request: Request) -> Body:
    """One event, word for word, and where it was sent."""
    found = world.event(request.path_params["id"])
    sent = webhooks.log(world, event=found["id"])
    return {"page": "/events", "event": found, "deliveries": sent}


def deliveries(world: World, _request: Request) -> Body:
    """Who was told what, and what they answered."""
    return {
        "page": "/deliveries",
        "deliveries": webhooks.log(world, limit=_MANY),
        "endpoints": world.store.select("webhook_endpoint"),
    }


def letters(world: World, _request: Request) -> Body:
    """The mailbox."""
    return {"page": "/mail", "letters": mail.find(world, "mail")}


def letter(world: World, request: Request) -> Body:
    """One mail."""
    return {"page": "/mail", "letter": _letter(world, request)}


def texts(world: World, _request: Request) -> Body:
    """The SMS tray."""
    return {"page": "/sms", "texts": mail.find(world, "sms")}


def one_object(world: World, request: Request) -> Body:
    """Anything with an id: what it is, what happened to it, what comes next."""
    object_id = request.path_params["id"]
    found = world.store.get(object_id)
    if found is None:
        raise HTTPException(404)
    return {
        "page": "",
        "object": render.shown(world.store, found),
        "steps": timeline.of(world, object_id),
        "ahead": timeline.ahead(world, object_id),
    }


def switches(world: World, _request: Request) -> Body:
    """What can be made to go wrong."""
    return {
        "page": "/switches",
        "faults": FAULTS,
        "standing": world.faults.standing(),
        "final": dunning.final(world.store),
        "finals": dunning.FINALS,
    }


def _showing(house: House, template: str, facts: Any) -> Any:
    async def show(request: Request) -> Response:
        said = request.query_params.get("said")
        moved = bool(said and said.startswith(MOVED))
        told = timeline.describe(house.world, house.journey) if moved else []
        shown = facts(house.world, request)
        return paper.show(house, template, said=said, journey=told, **shown)

    return show


def _ahead(world: World) -> list[Body]:
    """What comes next, in words; Checkout pages have a list of their own."""
    timers = [t for t in world.store.timers() if t.action != "expire_session"][:_FEW]
    return [
        {"at": t.at, "what": due.WORDS[t.action], "who": _who(world, t.object_id)} for t in timers
    ]


def _who(world: World, object_id: str) -> str:
    found = world.store.get(object_id) or {}
    customer = world.store.get(found.get("customer") or "") or {}
    return customer.get("email") or customer.get("name") or object_id


def _letter(world: World, request: Request) -> Body:
    found = mail.read(world, request.path_params["id"])
    if found is None:
        raise HTTPException(404)
    return found


def _described(world: World, limit: int, where: Body | None = None) -> list[Body]:
    found = world.store.select("subscription", where, limit=limit)
    return [_with_words(world, each) for each in found]


def _with_dispute(world: World, charge: Body) -> Body:
    found = world.store.select("dispute", {"charge": charge["id"]})
    return {**charge, "dispute": found[0] if found else None}


def _with_words(world: World, subscription: Body) -> Body:
    item = subscription["items"]["data"][0]
    price = world.need("price", item["price"])
    customer = world.store.get(subscription["customer"]) or {}
    return {
        **subscription,
        "who": customer.get("email") or customer.get("name") or subscription["customer"],
        "plan": world.need("product", price["product"])["name"],
        "price": terms.per_period(price, item["quantity"]),
        "next": _next(world, subscription),
    }


def _next(world: World, subscription: Body) -> Body | None:
    """What happens to it next, and when: a retry outranks the period's end."""
    latest = world.store.get(subscription["latest_invoice"] or "")
    if latest and latest["next_payment_attempt"]:
        owed = pricing.money(latest["amount_remaining"], latest["currency"])
        return {"what": f"tries {owed} again", "at": latest["next_payment_attempt"]}
    if subscription["status"] in {"canceled", "incomplete_expired", "paused", "incomplete"}:
        return None
    if subscription["cancel_at"]:
        return {"what": "ends", "at": subscription["cancel_at"]}
    what = "trial ends" if subscription["status"] == "trialing" else "renews"
    return {"what": what, "at": calendar.period_end(subscription)}


def _with_plan(world: World, customer: Body) -> Body:
    found = _described(world, 1, {"customer": customer["id"]})
    return {**customer, "subscription": found[0] if found else None}


def _switched_on(world: World) -> list[str]:
    standing = world.faults.standing()
    return [f"{each.label} × {int(standing[each.name])}" for each in FAULTS if standing[each.name]]  # noqa: RUF001 - a multiplication sign is meant
