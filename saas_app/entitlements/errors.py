"""The refusals a bigger plan would lift."""

from typing import ClassVar

from saas_app.core.errors import Kind, SaasError
from saas_app.entitlements import words
from saas_app.plans.access import Access
from saas_app.plans.decide import Denied, Why
from saas_app.plans.features import plain


class NeedsUpgrade(SaasError):
    """The plan does not have it. `facts`: feature, limit, used, upgrade_to, item."""

    kind: ClassVar[Kind] = Kind.NEEDS_UPGRADE
    code: ClassVar[str] = "needs_upgrade"


class LimitReached(NeedsUpgrade):
    """The plan has it, and it is used up."""

    code: ClassVar[str] = "limit_reached"


def refusal(denied: Denied, access: Access) -> NeedsUpgrade:
    """The refusal to raise where a "no" from `decide` ends the request."""
    error = LimitReached if denied.reason is Why.LIMIT_REACHED else NeedsUpgrade
    return error(
        words.sentence(denied, access),
        feature=denied.feature.value,
        limit=plain(denied.limit),
        used=denied.used,
        upgrade_to=denied.upgrade_to,
        item=denied.item,
    )
