"""What is in a Checkout session and what it costs after the discounts given or typed there."""

from sandbox import amounts, errors
from sandbox.engine import discounting, pricing, redeeming, reductions, tax_rates, taxes
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
    tax(world, session)
    session["discounts"] = [
        {"coupon": each.get("coupon"), "promotion_code": each.get("promotion_code")}
        for each in asked
    ]


def tax(world: World, session: Body, customer: Body | None = None) -> None:
    """Add the tax to each line, where it is on and the customer's country is known; and add up."""
    country = taxes.country_of((session["customer_details"] or {}).get("address"))
    enabled = session["automatic_tax"]["enabled"]
    customer = customer or world.store.get(session["customer"] or "") or {"id": ""}
    rate = tax_rates.of(world, customer, country.upper()) if enabled and country else None
    lines = session["_line_items"]
    for line in lines:
        left = line["amount_subtotal"] - line["amount_discount"]
        inclusive = taxes.is_inclusive(world, line["price"])
        line["amount_tax"] = rate.on(left, inclusive=inclusive) if rate else 0
        line["amount_total"] = left if inclusive else left + line["amount_tax"]
    details = session["total_details"]
    for name in ("amount_discount", "amount_tax"):
        details[name] = sum(line[name] for line in lines)
    if session["mode"] != "setup":
        session["amount_total"] = sum(line["amount_total"] for line in lines)
    if enabled:
        status = "complete" if country else "requires_location_inputs"
        session["automatic_tax"] |= {"provider": "stripe", "status": status}


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
            amounts.cost(price, line["quantity"]) for price, line in zip(prices, lines, strict=True)
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
