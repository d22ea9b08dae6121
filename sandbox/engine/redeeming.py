"""Redeeming coupons and promotion codes: every reason to refuse one, and what a yes changes."""

from dataclasses import dataclass, field

from sandbox import amounts, errors
from sandbox.engine import discounting, reductions
from sandbox.objects import discount as discounts
from sandbox.store import Body
from sandbox.world import World


@dataclass(frozen=True)
class Purchase:
    """What is being bought, before any discount."""

    currency: str
    amount: int
    products: frozenset[str] = field(default_factory=frozenset[str])
    customer: str | None = None


def purchase_of(world: World, subscription: Body) -> Purchase:
    """A period of the subscription as it stands."""
    items = subscription["items"]["data"]
    prices = [world.need("price", item["price"]) for item in items]
    each = zip(prices, items, strict=True)
    return Purchase(
        subscription["currency"],
        sum(amounts.cost(price, item["quantity"]) for price, item in each),
        frozenset(price["product"] for price in prices),
        subscription["customer"],
    )


def all_of(world: World, asked: list[Body], purchase: Purchase) -> list[Body]:
    """The discounts asked for, new or kept; refused whole if one of them is refused."""
    return [_one(world, each, place, purchase) for place, each in enumerate(asked)]


def put_on(world: World, subscription: Body, asked: list[Body]) -> None:
    """The subscription has these discounts and no others."""
    wanted = all_of(world, asked, purchase_of(world, subscription))
    kept = {each["id"] for each in wanted}
    for discount_id in [each for each in subscription["discounts"] if each not in kept]:
        discounting.drop(world, subscription, discount_id)
    for discount in wanted:
        if discount["id"] not in subscription["discounts"]:
            count(world, discount)
            discounting.give(world, subscription, discount)
    subscription["discounts"] = [each["id"] for each in wanted]


def count(world: World, discount: Body) -> None:
    """It was redeemed once more; the last time it may be, it is no longer valid."""
    coupon = discounting.coupon_of(world, discount)
    coupon["times_redeemed"] += 1
    coupon["valid"] = coupon["valid"] and not _used_up(coupon)
    world.save(coupon)
    if discount["promotion_code"]:
        code = world.need("promotion_code", discount["promotion_code"])
        code["times_redeemed"] += 1
        code["active"] = code["active"] and not _used_up(code)
        world.save(code)


def by_code(world: World, words: str) -> Body | None:
    """The active promotion code people would mean by these words, in any case."""
    found = world.store.select("promotion_code", {"_code": words.strip().upper(), "active": 1})
    return found[0] if found else None


def live_coupon(world: World, coupon_id: str, param: str) -> Body:
    """The coupon, unless it was deleted."""
    coupon = world.need("coupon", coupon_id, param)
    if coupon.get("deleted"):
        raise errors.missing("coupon", coupon_id, param)
    return coupon


def expire_coupon(world: World, coupon: Body) -> None:
    """Its last day has passed."""
    coupon["valid"] = False
    world.save(coupon, "coupon.updated")


def expire_code(world: World, code: Body) -> None:
    """Its last day has passed."""
    code["active"] = False
    world.save(code, "promotion_code.updated")


def _one(world: World, asked: Body, place: int, purchase: Purchase) -> Body:
    name = f"discounts[{place}]"
    given = [key for key in ("coupon", "promotion_code", "discount") if asked.get(key)]
    if len(given) != 1:
        raise errors.invalid(
            "Each discount names exactly one of: coupon, promotion_code, discount.", name
        )
    param = f"{name}[{given[0]}]"
    if given[0] == "discount":
        return world.need("discount", asked["discount"], param)
    code: Body | None = None
    if given[0] == "promotion_code":
        code = world.need("promotion_code", asked["promotion_code"], param)
        _check_code(world, code, purchase, param)
    coupon_id = code["promotion"]["coupon"] if code else asked["coupon"]
    coupon = live_coupon(world, coupon_id, param)
    _check_coupon(coupon, purchase, param)
    return discounts.discount(
        coupon["id"], code["id"] if code else None, customer=purchase.customer, start=world.now()
    )


def _check_coupon(coupon: Body, purchase: Purchase, param: str) -> None:
    if _used_up(coupon):
        raise errors.invalid(
            f"Coupon {coupon['id']} is used up and cannot be applied.", param, "coupon_expired"
        )
    if not coupon["valid"]:
        raise errors.invalid(f"Coupon expired: {coupon['id']}", param, "coupon_expired")
    fixed = coupon["percent_off"] is None
    if fixed and reductions.amount_off(coupon, purchase.currency) is None:
        raise errors.invalid(
            f"The coupon `{coupon['id']}` takes an amount off in {coupon['currency']} and cannot"
            f" be used for a purchase in {purchase.currency}.",
            param,
        )
    if coupon["_products"] and not purchase.products & set(coupon["_products"]):
        raise errors.invalid(
            f"The coupon `{coupon['id']}` does not apply to any of these products.", param
        )


def _check_code(world: World, code: Body, purchase: Purchase, param: str) -> None:
    rules = code["restrictions"]
    if _used_up(code):
        raise errors.invalid("This promotion code has been redeemed too many times.", param)
    if code["expires_at"] and code["expires_at"] <= world.now():
        raise errors.invalid("This promotion code has expired.", param)
    if not code["active"]:
        raise errors.invalid(f"The promotion code {code['code']} is inactive.", param)
    if code["customer"] and code["customer"] != purchase.customer:
        raise errors.invalid("This promotion code belongs to another customer.", param)
    if rules["first_time_transaction"] and _has_bought(world, purchase.customer):
        raise errors.invalid(
            "This promotion code cannot be redeemed because the associated customer has prior"
            " transactions.",
            param,
        )
    least = rules["minimum_amount"]
    if least and rules["minimum_amount_currency"] != purchase.currency:
        raise errors.invalid(
            f"This promotion code is for purchases in {rules['minimum_amount_currency']}.", param
        )
    if least and purchase.amount < least:
        raise errors.invalid(
            "This promotion code cannot be redeemed because the minimum amount is not met.", param
        )


def _has_bought(world: World, customer: str | None) -> bool:
    if customer is None:
        return False
    counted = ("open", "paid", "uncollectible")
    own = {"customer": customer}
    return bool(
        world.store.select("invoice", {**own, "status": counted}, limit=1)
        or world.store.select("charge", {**own, "status": "succeeded"}, limit=1)
    )


def _used_up(body: Body) -> bool:
    return body["max_redemptions"] is not None and (
        body["times_redeemed"] >= body["max_redemptions"]
    )
