"""Disputes: opened by a customer's bank, answered by the shop, won or lost."""

from sandbox import errors
from sandbox.clock import DAY
from sandbox.engine import due
from sandbox.objects import money_back
from sandbox.store import Body
from sandbox.world import World

ANSWER_WITHIN = 9 * DAY
REASONS = (
    "credit_not_processed",
    "duplicate",
    "fraudulent",
    "general",
    "product_not_received",
    "product_unacceptable",
    "subscription_canceled",
    "unrecognized",
)
OPEN = {"needs_response", "under_review"}
# What Stripe's test mode takes as evidence that decides the matter at once.
_DECIDES = {"winning_evidence": True, "losing_evidence": False}


def open_for(world: World, charge: Body, reason: str = "fraudulent") -> Body:
    """The bank takes the money back and asks the shop what it has to say."""
    if not charge["paid"] or charge["disputed"]:
        raise errors.invalid(f"Charge {charge['id']} cannot be disputed: it is not paid, or was.")
    if charge["refunded"]:
        raise errors.invalid(f"Charge {charge['id']} has already been refunded.")
    due_by = world.now() + ANSWER_WITHIN
    body = money_back.dispute(charge, reason, due_by=due_by, now=world.now())
    world.save(charge | {"disputed": True, "_charged_back": True}, "charge.updated")
    world.add(body, "charge.dispute.created")
    world.emit("charge.dispute.funds_withdrawn", body)
    due.at(world, body["id"], "dispute_lapses", due_by)
    return body


def by_itself(world: World, charge: Body) -> None:
    """A card that always disputes does so right after it paid."""
    if not charge["disputed"] and not charge["refunded"]:
        open_for(world, charge)


def answer(world: World, body: Body, evidence: Body, *, submits: bool) -> Body:
    """Keep evidence and, when it is submitted, let the bank look at it."""
    if body["status"] not in OPEN:
        raise errors.invalid("This dispute is already closed.", code="dispute_closed")
    body["evidence"] |= evidence
    body["evidence_details"]["has_evidence"] = True
    if not submits:
        return world.save(body, "charge.dispute.updated")
    body["status"] = "under_review"
    body["evidence_details"]["submission_count"] += 1
    world.save(body, "charge.dispute.updated")
    won = _DECIDES.get(body["evidence"]["uncategorized_text"] or "")
    return body if won is None else close(world, body, won=won)


def close(world: World, body: Body, *, won: bool) -> Body:
    """The bank has decided."""
    if body["status"] not in OPEN:
        raise errors.invalid("This dispute is already closed.", code="dispute_closed")
    due.never(world, body["id"])
    body["status"] = "won" if won else "lost"
    body["evidence_details"]["past_due"] = False
    world.save(body)
    world.emit("charge.dispute.closed", body)
    if won:
        charge = world.need("charge", body["charge"])
        world.save(charge | {"_charged_back": False})
        world.emit("charge.dispute.funds_reinstated", body)
    return body


def lapse(world: World, body: Body) -> None:
    """Nobody answered in time."""
    if body["status"] == "needs_response":
        close(world, body, won=False)
