"""What a contract gives and takes: the quickest way to change a plan's limits in a test, announced as a sync would."""

from saas_app.core import clock, live
from saas_app.core.db import transaction
from saas_app.entitlements.models import EntitlementOverride
from tests.support.billing_world import Tenant


def grant(tenant: Tenant, feature: str, value, *, announced: bool = True) -> None:
    """The newest grant of a feature counts."""
    at = clock.now()
    with transaction() as session:
        session.add(
            EntitlementOverride(
                workspace_id=tenant.id,
                feature=feature,
                value=value,
                reason="test",
                created_at=at,
                starts_at=at,
            )
        )
        if announced:
            live.publish(session, live.workspace_topic(tenant.id))
