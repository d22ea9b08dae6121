"""What the buttons of the portal do; each only where the configuration allows it."""

from collections.abc import Callable
from typing import Any

from sandbox import cards, errors
from sandbox.api import customers
from sandbox.engine import cancelling, due, pausing, periods, tax_ids, unscheduling, wallet
from sandbox.objects import payment
from sandbox.pages import portal_change
from sandbox.store import Body
from sandbox.world import World

_ADDRESS = ("line1", "line2", "postal_code", "city", "state", "country")


def own(world: World, customer_id: str, subscription_id: str) -> Body:
    """The customer's own subscription; somebody else's does not exist here."""
    found = world.need("subscription", subscription_id)
    if found["customer"] != customer_id:
        raise errors.missing("subscription", subscription_id)
    return found


def _cancel(world: World, customer_id: str, features: Body, form: Any) -> None:
    feature = _enabled(features, "subscription_cancel")
    subscription = own(world, customer_id, str(form.get("subject") or ""))
    cancelling.refuse_if_ended(subscription)
    details: Body = {}
    if feature["cancellation_reason"]["enabled"]:
        reason = str(form.get("feedback") or "")
        offered = feature["cancellation_reason"]["options"]
        details["feedback"] = reason if reason in offered else None
        details["comment"] = str(form.get("comment") or "")[:500] or None
    if subscription["schedule"]:
        unscheduling.release(world, world.need("subscription_schedule", subscription["schedule"]))
        subscription = world.need("subscription", subscription["id"])
    if feature["mode"] == "immediately":
        cancelling.now(world, subscription, "cancellation_requested", details)
        return
    cancelling.at(world, subscription, "max_period_end", details)
    world.save(subscription, "customer.subscription.updated")


def _keep(world: World, customer_id: str, _features: Body, form: Any) -> None:
    subscription = own(world, customer_id, str(form.get("subject") or ""))
    cancelling.refuse_if_ended(subscription)
    cancelling.take_back(world, subscription)
    world.save(subscription, "customer.subscription.updated")


def _resume(world: World, customer_id: str, _features: Body, form: Any) -> None:
    pausing.resume(world, own(world, customer_id, str(form.get("subject") or "")), {})


def _pause(world: World, customer_id: str, features: Body, form: Any) -> None:
    """Until it is resumed, or for one of the spans the configuration offers."""
    duration = _enabled(features, "subscription_pause")["duration"]
    subscription = own(world, customer_id, str(form.get("subject") or ""))
    spans = duration["interval_options"] if duration["type"] == "interval_options" else []
    chosen = str(form.get("span") or "0")
    if spans and (not chosen.isdecimal() or int(chosen) >= len(spans)):
        raise errors.invalid("Choose one of the times shown.", "span")
    paused = pausing.pause(world, subscription, {})
    if spans:
        span, now = spans[int(chosen)], world.now()
        ends = periods.next_end(now, now, span["interval"], span["interval_count"])
        due.at(world, paused["id"], "pause_ends", ends)


def _change(world: World, customer_id: str, features: Body, form: Any) -> None:
    feature = _enabled(features, "subscription_update")
    subscription = own(world, customer_id, str(form.get("subject") or ""))
    wanted = portal_change.wanted_of(form, subscription)
    portal_change.carry_out(world, feature, subscription, wanted)


def _unplan(world: World, customer_id: str, features: Body, form: Any) -> None:
    _enabled(features, "subscription_update")
    subscription = own(world, customer_id, str(form.get("subject") or ""))
    if subscription["schedule"]:
        unscheduling.release(world, world.need("subscription_schedule", subscription["schedule"]))


def _add_card(world: World, customer_id: str, features: Body, form: Any) -> None:
    """A new card is the default of the customer and of what runs, as on Stripe's page."""
    _enabled(features, "payment_method_update")
    card = cards.by_number(str(form.get("subject") or ""))
    if card is None:
        raise errors.invalid("Choose one of the cards shown.")
    method = world.add(payment.method(card, now=world.now()))
    method = wallet.attach(world, method | {"_trusted": True}, customer_id)
    _make_default(world, customer_id, method["id"])


def _default_card(world: World, customer_id: str, features: Body, form: Any) -> None:
    _enabled(features, "payment_method_update")
    _make_default(world, customer_id, _own_card(world, customer_id, form)["id"])


def _remove_card(world: World, customer_id: str, features: Body, form: Any) -> None:
    _enabled(features, "payment_method_update")
    method = _own_card(world, customer_id, form)
    used = world.store.select("subscription", {"default_payment_method": method["id"]})
    if any(each["status"] not in cancelling.ENDED for each in used):
        raise errors.invalid("This card pays a subscription. Choose another one for it first.")
    wallet.detach(world, method)


def _details(world: World, customer_id: str, features: Body, form: Any) -> None:
    allowed = _enabled(features, "customer_update")["allowed_updates"]
    change: Body = {
        name: str(form.get(name) or "") or None
        for name in ("email", "name", "phone")
        if name in allowed and name in form
    }
    if "address" in allowed and "country" in form:
        change["address"] = {name: str(form.get(name) or "") or None for name in _ADDRESS}
    customers.update(world, change, customer_id)
    if "tax_id" in allowed and form.get("tax_value"):
        kind = str(form.get("tax_type") or "")
        if kind not in tax_ids.FORMS:
            raise errors.invalid("Choose the kind of tax id.", "tax_type")
        tax_ids.add(world, customer_id, kind, str(form["tax_value"]))


def _remove_tax_id(world: World, customer_id: str, features: Body, form: Any) -> None:
    feature = _enabled(features, "customer_update")
    found = world.need("tax_id", str(form.get("subject") or ""))
    if found["customer"] != customer_id or "tax_id" not in feature["allowed_updates"]:
        raise errors.missing("tax id", found["id"])
    tax_ids.remove(world, found)


def _make_default(world: World, customer_id: str, method_id: str) -> None:
    wallet.make_default(world, customer_id, method_id)
    for subscription in world.store.select("subscription", {"customer": customer_id}):
        if subscription["status"] not in cancelling.ENDED:
            subscription["default_payment_method"] = method_id
            world.save(subscription, "customer.subscription.updated")


def _own_card(world: World, customer_id: str, form: Any) -> Body:
    method = world.need("payment_method", str(form.get("subject") or ""))
    if method["customer"] != customer_id:
        raise errors.missing("PaymentMethod", method["id"])
    return method


def _enabled(features: Body, name: str) -> Body:
    if not features[name]["enabled"]:
        raise errors.invalid("This is not offered here.")
    return features[name]


# What a button does, and the deep link it completes.
ACTS: dict[str, tuple[Callable[[World, str, Body, Any], None], str | None]] = {
    "cancel": (_cancel, "subscription_cancel"),
    "card": (_add_card, "payment_method_update"),
    "change": (_change, "subscription_update"),
    "default-card": (_default_card, "payment_method_update"),
    "details": (_details, "customer_update"),
    "keep": (_keep, None),
    "pause": (_pause, "subscription_pause"),
    "remove-card": (_remove_card, None),
    "remove-tax-id": (_remove_tax_id, None),
    "resume": (_resume, None),
    "unplan": (_unplan, None),
}
