"""Saving a card for later: confirmed, perhaps with the bank's consent, then the customer's."""

from sandbox import cards, errors, render
from sandbox.engine import payments, wallet
from sandbox.store import Body
from sandbox.world import World

OPEN = {"requires_payment_method", "requires_confirmation", "requires_action"}


def confirm(world: World, setup: Body, method: Body, return_url: str | None = None) -> Body:
    """Try to save the card; a decline stays on record and is raised."""
    if setup["status"] not in OPEN:
        raise errors.invalid(
            f"You cannot confirm this SetupIntent because it has a status of {setup['status']}.",
            code="setup_intent_unexpected_state",
        )
    world.store.put(method)
    setup |= {"payment_method": method["id"], "last_setup_error": None, "next_action": None}
    card = payments.card_of(method)
    if card.attach:
        refusal = card.attach
        _fail(world, setup, method, {"type": "card_error", **_said(refusal)})
        raise errors.declined(
            refusal.code,
            refusal.decline_code,
            refusal.message,
            setup_intent=render.shown(world.store, setup),
        )
    if card.secure != "never" and not method["_trusted"]:
        setup |= {"status": "requires_action", "next_action": _bank(world, setup, return_url)}
        setup["_return_url"] = return_url
        world.save(setup)
        world.emit("setup_intent.requires_action", setup)
        return setup
    return succeed(world, setup, method)


def answer(world: World, setup: Body, *, is_customer: bool) -> Body:
    """What the bank found out."""
    method = world.need("payment_method", setup["payment_method"])
    setup["next_action"] = None
    if is_customer:
        return succeed(world, setup, method)
    refusal = cards.UNAUTHENTICATED
    said = {"code": "setup_intent_authentication_failure", "message": refusal.message}
    return _fail(world, setup, method, {"type": "invalid_request_error", **said})


def succeed(world: World, setup: Body, method: Body) -> Body:
    """The card is saved, and the customer's if there is one."""
    method["_trusted"] = True
    if setup["customer"] and method["customer"] is None:
        wallet.attach(world, method, setup["customer"])
    world.store.put(method)
    setup |= {"status": "succeeded", "payment_method": method["id"], "next_action": None}
    world.save(setup)
    world.emit("setup_intent.succeeded", setup)
    return setup


def cancel(world: World, setup: Body, reason: str | None) -> Body:
    """Nothing will be saved."""
    if setup["status"] not in OPEN:
        raise errors.invalid(
            f"You cannot cancel this SetupIntent because it has a status of {setup['status']}.",
            code="setup_intent_unexpected_state",
        )
    setup |= {"status": "canceled", "cancellation_reason": reason, "next_action": None}
    world.save(setup)
    world.emit("setup_intent.canceled", setup)
    return setup


def _fail(world: World, setup: Body, method: Body, error: Body) -> Body:
    setup |= {
        "status": "requires_payment_method",
        "payment_method": None,
        "last_setup_error": {**error, "payment_method": render.shown(world.store, method)},
    }
    world.save(setup)
    world.emit("setup_intent.setup_failed", setup)
    return setup


def _said(refusal: cards.Refusal) -> Body:
    said = {
        "code": refusal.code,
        "decline_code": refusal.decline_code,
        "message": refusal.message,
    }
    return {key: value for key, value in said.items() if value is not None}


def _bank(world: World, setup: Body, return_url: str | None) -> Body:
    if not return_url:
        return {"type": "use_stripe_sdk", "use_stripe_sdk": {}}
    url = f"{world.settings.url}/bank/{setup['id']}"
    return {
        "type": "redirect_to_url",
        "redirect_to_url": {"return_url": return_url, "url": url},
    }
