"""The Checkout page: a card is chosen, the bank perhaps asked, and the customer sent on."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from sandbox import cards, errors
from sandbox.engine import basket, buying, collecting, tax_ids
from sandbox.house import House
from sandbox.pages import paper, terms
from sandbox.store import Body

MAIN_CARDS = (
    "4242424242424242",
    "4000000000000341",
    "4000002500003155",
    "4000000000000002",
    "4000000000009995",
)


def routes(house: House) -> list[BaseRoute]:
    """The page, the payment, and the bank's question."""

    async def page(request: Request) -> Response:
        session = _session(house, request)
        return _page(house, session)

    async def pay(request: Request) -> Response:
        form = await request.form()
        number = str(form.get("card") or "")
        with house.world.store.transaction():
            session = _session(house, request)
            if session["status"] == "expired":
                return _page(house, session)
            _note_email(house, session, str(form.get("email") or ""))
            card = cards.by_number(number)
            if card is None and not (form.get("without_card") and buying.may_skip_card(session)):
                return _page(house, session, problem="Choose one of the cards to go on.")
            try:
                collecting.take(house.world, session, form)
                attempt = buying.pay(house.world, session, card)
            except errors.ApiError as refusal:
                return _page(house, _session(house, request), problem=f"{refusal}")
        return _after(house, session, attempt)

    async def code(request: Request) -> Response:
        form = await request.form()
        session = _session(house, request)
        try:
            with house.world.store.transaction():
                basket.type_code(house.world, session, str(form.get("code") or ""))
        except errors.ApiError as refusal:
            return _page(house, _session(house, request), wrong_code=str(refusal))
        return paper.go(f"/c/pay/{session['id']}")

    async def bank(request: Request) -> Response:
        session = _session(house, request)
        card = cards.by_number(request.query_params.get("card", ""))
        if session["status"] != "open" or card is None:
            return _page(house, session)
        return _show_bank(house, session, card)

    async def answer(request: Request) -> Response:
        form = await request.form()
        card = buying.find_card(str(form.get("card") or ""))
        with house.world.store.transaction():
            session = _session(house, request)
            if session["status"] == "expired":
                return _page(house, session)
            if form.get("answer") != "complete":
                said = f"{cards.UNAUTHENTICATED.message} Try again, or choose another card."
                return _page(house, session, problem=said, chosen=card.number)
            attempt = buying.pay(house.world, session, card, confirmed=True)
        return _after(house, session, attempt)

    path = "/c/pay/{id}"
    return [
        Route(path, page, methods=["GET"]),
        Route(path, pay, methods=["POST"]),
        Route(f"{path}/code", code, methods=["POST"]),
        Route(f"{path}/bank", bank, methods=["GET"]),
        Route(f"{path}/bank", answer, methods=["POST"]),
    ]


def _session(house: House, request: Request) -> Body:
    return house.world.need("checkout.session", request.path_params["id"])


def _note_email(house: House, session: Body, email: str) -> None:
    if email and not session["customer"] and session["status"] == "open":
        session["customer_email"] = email[:254]
        house.world.save(session)


def _after(house: House, session: Body, attempt: buying.Attempt) -> Response:
    house.committed()
    match attempt:
        case buying.Done(done):
            return paper.go(house.success(done))
        case buying.AskBank(card):
            return paper.go(f"/c/pay/{session['id']}/bank?card={card.number}")
        case buying.Declined(refusal):
            said = f"{refusal.message} Nothing was charged. Try again, or choose another card."
            return _page(house, session, problem=said)


def _page(
    house: House,
    session: Body,
    *,
    problem: str | None = None,
    wrong_code: str | None = None,
    chosen: str | None = None,
) -> Response:
    if session["status"] != "open":
        done = session["status"] == "complete"
        return paper.show(
            house,
            "checkout_closed.html",
            status=200 if done else 410,
            done=done,
            session=session,
            onward=house.success(session) if done else session["cancel_url"],
        )
    return paper.show(
        house,
        "checkout.html",
        status=402 if problem else 400 if wrong_code else 200,
        **facts(house, session),
        wrong_code=wrong_code,
        problem=problem,
        chosen=chosen or MAIN_CARDS[0],
    )


def facts(house: House, session: Body) -> Body:
    """What the page says about a session."""
    world = house.world
    lines = []
    for line in session["_line_items"]:
        price = world.need("price", line["price"])
        product = world.need("product", price["product"])
        lines.append(
            {
                "name": product["name"],
                "description": product["description"],
                "quantity": line["quantity"],
                "price": terms.per_period(price, line["quantity"]),
            }
        )
    customer = world.store.get(session["customer"]) if session["customer"] else None
    return {
        "session": session,
        "lines": lines,
        "sentence": terms.sentence(world, session),
        "trial": terms.trial_days(world, session),
        "email": (customer or {}).get("email") or session["customer_email"],
        "asks_email": not session["customer"],
        "asks": collecting.asks(session),
        "tax_kinds": sorted(tax_ids.FORMS),
        "discounts": basket.words(world, session),
        "skippable": buying.may_skip_card(session),
        "main_cards": [card for number in MAIN_CARDS if (card := cards.by_number(number))],
        "more_cards": [card for card in cards.CARDS if card.number not in MAIN_CARDS],
    }


def _show_bank(house: House, session: Body, card: cards.Card) -> Response:
    return paper.show(
        house, "bank.html", card=card, session=session, action=f"/c/pay/{session['id']}/bank"
    )
