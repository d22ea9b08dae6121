"""What may be asked about a subscription, wherever it is asked: API, Checkout, schedules, previews."""

from sandbox.shapes import (
    Shape,
    boolean,
    clearable,
    count,
    either,
    fields,
    integer,
    metadata,
    one_of,
    text,
)

AUTOMATIC_TAX = fields({"enabled": boolean}, required=("enabled",))
BILLING_MODE = fields({"type": one_of("flexible", "classic")}, required=("type",))
TRIAL_SETTINGS = fields(
    {
        "end_behavior": fields(
            {"missing_payment_method": one_of("cancel", "create_invoice", "pause")}
        )
    }
)
ANCHOR = fields({"type": one_of("now", "unchanged")}, required=("type",))
DETAILS = fields(
    {
        "comment": text,
        "feedback": clearable(
            one_of(
                "customer_service",
                "low_quality",
                "missing_features",
                "other",
                "switched_service",
                "too_complex",
                "too_expensive",
                "unused",
            )
        ),
    }
)
PRORATION = one_of("always_invoice", "create_prorations", "none")
PAYMENT = one_of(
    "allow_incomplete", "default_incomplete", "error_if_incomplete", "pending_if_incomplete"
)
NEW_ITEM: dict[str, Shape] = {"price": text, "quantity": count, "metadata": metadata}
ITEM = fields({**NEW_ITEM, "id": text, "deleted": boolean, "clear_usage": boolean})
CANCEL_AT = clearable(
    either(integer, one_of("min_period_end", "max_period_end", "max_billed_until"))
)
