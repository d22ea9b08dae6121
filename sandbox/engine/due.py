"""What can fall due, and in which order at one and the same instant; it carries nothing out."""

from sandbox.world import World

# A subscription that ends at the end of its period must not be renewed first, and a draft
# must be charged before the next period begins: hence an order, not only a time.
ORDER = (
    "delete_clock",
    "verify_tax_id",
    "report_meter_errors",
    "coupon_expires",
    "code_expires",
    "discount_ends",
    "dispute",
    "dispute_lapses",
    "expire_session",
    "expire_pending_update",
    "expire_incomplete",
    "resume_lapses",
    "pause_ends",
    "collect_again",
    "trial_will_end",
    "upcoming",
    "finalize",
    "overdue",
    "retry",
    "schedule_expiring",
    "phase",
    "cancel",
    "roll",
)

WORDS = {
    "delete_clock": "Test clock is deleted",
    "verify_tax_id": "Tax id is looked up",
    "report_meter_errors": "Uncounted usage is reported",
    "coupon_expires": "Coupon expires",
    "code_expires": "Promotion code expires",
    "discount_ends": "Discount ends",
    "dispute": "Charge is disputed",
    "dispute_lapses": "Dispute is lost",
    "expire_session": "Checkout expires",
    "expire_pending_update": "Unpaid change expires",
    "expire_incomplete": "Unpaid subscription expires",
    "pause_ends": "Pause ends",
    "resume_lapses": "Unpaid resumption expires",
    "collect_again": "Collection begins again",
    "trial_will_end": "Trial reminder",
    "upcoming": "Renewal reminder",
    "finalize": "Invoice is charged",
    "overdue": "Invoice is overdue",
    "retry": "Payment is tried again",
    "schedule_expiring": "Schedule reminder",
    "phase": "Next phase begins",
    "cancel": "Subscription ends",
    "roll": "Next period begins",
}


def at(world: World, object_id: str, action: str, instant: int) -> None:
    """Have the action fall due, replacing the same action set before."""
    world.store.set_timer(object_id, action, instant, ORDER.index(action), world.clock_id)


def never(world: World, object_id: str, *actions: str) -> None:
    """Take the actions (or all of them) off the calendar."""
    world.store.drop_timers(object_id, *actions)
