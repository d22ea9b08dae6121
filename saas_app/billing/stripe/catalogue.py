"""Makes Stripe's products and prices equal to our catalogue. Ends no subscription and changes no amount.

A price cannot change at Stripe: another amount is another price that takes over the lookup key.
Who pays the old one goes on paying it.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, TypedDict

import stripe

from saas_app.plans.catalogue import Catalogue, Plan, Price

_PAGE = 100


class _Wanted(TypedDict):
    name: str
    description: str


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that is not as the catalogue says, and what makes it so."""

    line: str
    act: Callable[[], object]


def publish(client: stripe.StripeClient, catalogue: Catalogue) -> list[str]:
    """One line for each thing changed; a second run finds nothing to do."""
    done: list[str] = []
    for find in _FINDINGS:  # prices are looked at once their products are there
        for step in list(find(client, catalogue)):
            step.act()
            done.append(step.line)
    return done


def unpublished(client: stripe.StripeClient, catalogue: Catalogue) -> list[str]:
    """What `publish` would say; changes nothing."""
    return [step.line for find in _FINDINGS for step in find(client, catalogue)]


def _products(client: stripe.StripeClient, catalogue: Catalogue) -> Iterator[Step]:
    there = _known_products(client, catalogue)
    for plan in _sold(catalogue):
        wanted = _Wanted(name=f"{catalogue.name} {plan.name}", description=plan.tagline)
        product = there.get(plan.id)
        if product is None:
            mark = {"catalogue": catalogue.id, "plan": plan.id}
            new: Any = {**wanted, "metadata": mark}
            yield Step(f"created product {plan.id}", partial(client.v1.products.create, new))
        elif any(product[key] != value for key, value in wanted.items()) or not product["active"]:
            same: Any = {**wanted, "active": True}
            update = partial(client.v1.products.update, product["id"], same)
            yield Step(f"updated product {plan.id}", update)


def _prices(client: stripe.StripeClient, catalogue: Catalogue) -> Iterator[Step]:
    products = _known_products(client, catalogue)
    for plan in _sold(catalogue):
        product = products.get(plan.id, {}).get("id", "")
        for price in plan.prices:
            there = _holder(client, price.lookup_key)
            if there is not None and _same(there, price, product):
                if not there["active"]:
                    reopen = partial(client.v1.prices.update, there["id"], {"active": True})
                    yield Step(f"reopened price {price.lookup_key}", reopen)
                continue
            line = f"{'replaced' if there else 'created'} price {price.lookup_key}"
            yield Step(line, partial(_replace, client, catalogue, plan, price, product, there))


def _replace(
    client: stripe.StripeClient,
    catalogue: Catalogue,
    plan: Plan,
    price: Price,
    product: str,
    there: Mapping[str, Any] | None,
) -> None:
    """An archived price of the same amount is taken up again, so that going back leaves no litter."""
    listed = client.v1.prices.list({"product": product, "active": False, "limit": _PAGE})
    archived = (each.to_dict() for each in listed.auto_paging_iter())
    known = next(
        (
            body["id"]
            for body in archived
            if _same(body, price, product)
            and body["metadata"].get("lookup_key") == price.lookup_key
        ),
        None,
    )
    if known is not None:
        client.v1.prices.update(
            known,
            {"active": True, "lookup_key": price.lookup_key, "transfer_lookup_key": True},
        )
    else:
        client.v1.prices.create(_new(catalogue, plan, price, product))
    if there is not None and there["active"]:
        client.v1.prices.update(there["id"], {"active": False})


def _left(client: stripe.StripeClient, catalogue: Catalogue) -> Iterator[Step]:
    """What was ours and is in no plan any more: archived, so that nobody new can buy it."""
    ours = {price.lookup_key for plan in _sold(catalogue) for price in plan.prices}
    plans = {plan.id for plan in _sold(catalogue)}
    for name, product in _known_products(client, catalogue).items():
        listed = client.v1.prices.list({"product": product["id"], "active": True, "limit": _PAGE})
        for price in listed.auto_paging_iter():
            if price.lookup_key not in ours:
                archive = partial(client.v1.prices.update, price.id, {"active": False})
                yield Step(f"archived price {price.lookup_key or price.id}", archive)
        if name not in plans and product["active"]:
            close = partial(client.v1.products.update, product["id"], {"active": False})
            yield Step(f"archived product {name}", close)


def _meters(client: stripe.StripeClient, catalogue: Catalogue) -> Iterator[Step]:
    """One meter for each feature that costs money; usage is summed by customer."""
    listed = client.v1.billing.meters.list({"status": "active", "limit": _PAGE})
    there = {meter.event_name for meter in listed.auto_paging_iter()}
    for feature, meter in catalogue.meters.items():
        name = catalogue.event_name(feature)
        if not meter.cost_meter or name in there:
            continue
        new: Any = {
            "display_name": f"{catalogue.name}: {feature.value}",
            "event_name": name,
            "default_aggregation": {"formula": "sum"},
            "customer_mapping": {"type": "by_id", "event_payload_key": "stripe_customer_id"},
            "value_settings": {"event_payload_key": "value"},
        }
        yield Step(f"created meter {name}", partial(client.v1.billing.meters.create, new))


_FINDINGS = (_products, _prices, _left, _meters)


def _sold(catalogue: Catalogue) -> list[Plan]:
    return [plan for plan in catalogue.plans if plan.prices]


def _known_products(
    client: stripe.StripeClient, catalogue: Catalogue
) -> Mapping[str, dict[str, Any]]:
    """Ours among everything in the account, by plan; the account may serve other products too."""
    listed = client.v1.products.list({"limit": _PAGE}).auto_paging_iter()
    bodies = [product.to_dict() for product in listed]
    return {
        body["metadata"]["plan"]: body
        for body in bodies
        if body["metadata"].get("catalogue") == catalogue.id and "plan" in body["metadata"]
    }


def _holder(client: stripe.StripeClient, lookup_key: str) -> dict[str, Any] | None:
    listed = client.v1.prices.list({"lookup_keys": [lookup_key], "limit": 1})
    return listed.data[0].to_dict() if listed.data else None


def _same(there: Mapping[str, Any], price: Price, product: str) -> bool:
    recurring: Mapping[str, Any] = there.get("recurring") or {}
    return (
        there["unit_amount"],
        there["currency"],
        recurring.get("interval"),
        recurring.get("interval_count"),
        there["product"],
    ) == (price.amount.cents, price.amount.currency, price.interval.value, 1, product)


def _new(catalogue: Catalogue, plan: Plan, price: Price, product: str) -> Any:
    return {
        "product": product,
        "currency": price.amount.currency,
        "unit_amount": price.amount.cents,
        "recurring": {"interval": price.interval.value},
        "lookup_key": price.lookup_key,
        "transfer_lookup_key": True,
        # The lookup key moves on when the amount changes; this mark stays with who pays it.
        "metadata": {
            "catalogue": catalogue.id,
            "plan": plan.id,
            "generation": str(plan.generation),
            "lookup_key": price.lookup_key,
        },
    }
