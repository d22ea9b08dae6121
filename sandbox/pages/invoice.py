"""The hosted invoice: what is owed, a way to pay it with the bank's consent, and a PDF."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from sandbox import cards, errors
from sandbox.engine import invoicing, pricing
from sandbox.house import House
from sandbox.objects import payment
from sandbox.pages import checkout, paper, pdf
from sandbox.store import Body


def routes(house: House) -> list[BaseRoute]:
    """The invoice, its payment, its PDF."""

    async def page(request: Request) -> Response:
        return _page(house, _invoice(house, request))

    async def pay(request: Request) -> Response:
        form = await request.form()
        card = cards.by_number(str(form.get("card") or ""))
        invoice = _invoice(house, request)
        if card is None or invoice["status"] not in {"open", "uncollectible"}:
            return _page(house, invoice)
        if card.secure != "never" and form.get("answer") is None:
            action = f"/i/{invoice['id']}"
            return paper.show(house, "bank.html", card=card, session=invoice, action=action)
        refusal = cards.UNAUTHENTICATED
        if form.get("answer", "complete") == "complete":
            with house.world.store.transaction(), house.world.in_time_of(invoice["customer"]):
                refusal = _charge(house, invoice, card)
            house.committed()
        if refusal is None:
            return paper.go(f"/i/{invoice['id']}")
        said = f"{refusal.message} Nothing was charged. Try again, or choose another card."
        return _page(house, _invoice(house, request), problem=said)

    async def as_pdf(request: Request) -> Response:
        invoice = _invoice(house, request)
        name = f"{invoice['number'] or invoice['id']}.pdf"
        headers = {"Content-Disposition": f'inline; filename="{name}"'}
        return Response(pdf.of(_lines(invoice)), media_type="application/pdf", headers=headers)

    return [
        Route("/i/{id}", page, methods=["GET"]),
        Route("/i/{id}", pay, methods=["POST"]),
        Route("/i/{id}/pdf", as_pdf, methods=["GET"]),
    ]


def _invoice(house: House, request: Request) -> Body:
    found = house.world.need("invoice", request.path_params["id"])
    if found["status"] == "draft":
        raise errors.missing("invoice", found["id"])
    return found


def _charge(house: House, invoice: Body, card: cards.Card) -> cards.Refusal | None:
    if card.attach:
        return card.attach
    world = house.world
    method = payment.method(card, now=world.now())
    method |= {"customer": invoice["customer"], "_trusted": True}
    world.add(method, "payment_method.attached")
    return invoicing.collect(world, invoice, method, confirmed=True).refusal


def _page(house: House, invoice: Body, *, problem: str | None = None) -> Response:
    return paper.show(
        house,
        "invoice.html",
        status=402 if problem else 200,
        cards=[card for number in checkout.MAIN_CARDS if (card := cards.by_number(number))],
        invoice=invoice,
        problem=problem,
    )


def _lines(invoice: Body) -> list[str]:
    currency = invoice["currency"]
    return [
        f"Invoice {invoice['number']}",
        "SANDBOX - no money was moved",
        "",
        f"To: {invoice['customer_name'] or ''} {invoice['customer_email'] or ''}",
        f"Date: {paper.day(invoice['status_transitions']['finalized_at'])}",
        f"Status: {invoice['status']}",
        "",
        *(
            f"{line['description']}: {pricing.money(line['amount'], currency)}"
            for line in invoice["lines"]["data"]
        ),
        "",
        f"Total: {pricing.money(invoice['total'], currency)}",
        f"Paid: {pricing.money(invoice['amount_paid'], currency)}",
        f"Still to pay: {pricing.money(invoice['amount_remaining'], currency)}",
    ]
