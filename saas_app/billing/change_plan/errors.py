"""The refusals of a change, each saying what was kept and what to do next."""

from saas_app.billing.change_plan.moves import Hindrance
from saas_app.billing.errors import BILLING_PAGE
from saas_app.billing.models import ChangeQuote
from saas_app.core.errors import Conflict
from saas_app.core.texts import text


class CannotChange(Conflict):
    """The subscription cannot be changed as it stands; `reason` says why, in one word."""

    code = "cannot_change"

    def __init__(self, reason: Hindrance, *, members: int = 1) -> None:
        super().__init__(
            text(f"change.hindrance.{reason}", members=members),
            link=BILLING_PAGE,
            reason=reason.value,
        )


class QuoteOvertaken(Conflict):
    """What was previewed is not what would happen now; `fresh` is, and can be confirmed instead."""

    code = "quote_overtaken"

    def __init__(self, reason: str, *, fresh: ChangeQuote) -> None:
        super().__init__(text(f"change.overtaken.{reason}"), reason=reason, quote=fresh.key)
        self.fresh = fresh
