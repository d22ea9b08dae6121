"""What is in a Checkout session and what it costs after the discounts given or typed there."""

from sandbox import errors
from sandbox.engine import discounting, pricing, redeeming, reductions
from sandbox.engine.redeeming import Purchase
from sandbox.store import Body
from sandbox.world import World

_SPANS = {"once": "once", "forever": "for as long as you stay"}


def discount(world: World, session: Body, asked: list[Body]) -> None:
    """Take these discounts off and no others; refused whole if one may not be redeemed."""
    granted = redeeming.all_of(world, asked, purchase_of(world, session))
    for line in session["_line_items"]:
        line |= {"amount_discount": 0, "amount_total": line["amount_subtotal"]}
    for each in granted:
        _take_off(world, session, discounting.coupon_of(world, each))
    lines = session["_line_items"]
    session["amount_total"] = sum(line["amount_total"] for line in lines)
    session["total_details"]["amount_discount"] = sum(line["amount_discount"] for line in lines)
    session["discounts"] = [
        {"coupon": each.get("coupon"), "promotion_code": each.get("promotion_code")}
        for each in asked
    ]


def type_code(world: World, session: Body, words: str) -> None:
    """The customer typed a promotion code, or took theirs away again."""
    if session["status"] != "open" or not session["allow_promotion_codes"]:
        raise errors.invalid("This page takes no promotion codes.")
    if not words.strip():
        discount(world, session, [])
    else:
        code = redeeming.by_code(world, words)
        if code is None:
            raise errors.invalid("This code is invalid or no longer valid.")
        discount(world, session, [{"promotion_code": code["id"]}])
    world.save(session)


def purchase_of(world: World, session: Body) -> Purchase:
    """A period of what is bought, whether it is due today or after a trial."""
    lines = session["_line_items"]
    prices = [world.need("price", line["price"]) for line in lines]
    return Purchase(
        session["currency"],
        sum(
            (price["unit_amount"] or 0) * (line["quantity"] or 0)
            for price, line in zip(prices, lines, strict=True)
        ),
        frozenset(price["product"] for price in prices),
        session["customer"],
    )


def asked_of(session: Body) -> list[Body]:
    """The session's discounts as a subscription would be asked for them."""
    return [{name: value for name, value in each.items() if value} for each in session["discounts"]]


def words(world: World, session: Body) -> list[str]:
    """Each discount as the page says it: "20% off for 3 months"."""
    said: list[str] = []
    for each in asked_of(session):
        code = world.store.get(each.get("promotion_code") or "") or {}
        coupon_id = each.get("coupon") or code["promotion"]["coupon"]
        coupon = world.need("coupon", coupon_id)
        said.append(_words(coupon, session["currency"]))
    return said


def _words(coupon: Body, currency: str) -> str:
    if coupon["percent_off"] is not None:
        what = f"{coupon['percent_off']:g}% off"
    else:
        what = f"{pricing.money(reductions.amount_off(coupon, currency) or 0, currency)} off"
    months = coupon["duration_in_months"]
    span = f"for {months} month{'' if months == 1 else 's'}"
    return f"{what} {_SPANS.get(coupon['duration'], span)}"


def _take_off(world: World, session: Body, coupon: Body) -> None:
    lines = [
        line
        for line in session["_line_items"]
        if not coupon["_products"]
        or world.need("price", line["price"])["product"] in coupon["_products"]
    ]
    parts = reductions.taken(coupon, session["currency"], [line["amount_total"] for line in lines])
    for line, part in zip(lines, parts, strict=True):
        line["amount_discount"] += part
        line["amount_total"] -= part
