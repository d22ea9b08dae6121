"""Tells the payers when a limit is nearly or wholly used, once for each mark and period."""

from datetime import datetime

from sqlmodel import Session

from saas_app.accounts.people import addressee
from saas_app.billing.errors import BILLING_PAGE
from saas_app.core.settings import settings
from saas_app.entitlements import words
from saas_app.notifications.dispatch import notify
from saas_app.plans.access import Access
from saas_app.plans.decide import warning
from saas_app.plans.features import Feature, Kind
from saas_app.workspaces import memberships
from saas_app.workspaces.roles import Permission

_FULL = 1.0


def tell(
    session: Session,
    workspace_id: int,
    standing: Access,
    feature: Feature,
    *,
    before: int,
    used: int,
    period: datetime,
) -> None:
    """`period` is when the period began; for what has none, any day that stands for this time."""
    mark = warning(standing, feature, used)
    if mark is None or mark == warning(standing, feature, before):
        return
    for person in memberships.able(session, workspace_id, Permission.MANAGE_BILLING):
        notify(
            session,
            addressee(person),
            key=f"usage:{workspace_id}:{feature.value}:{period:%Y-%m-%dT%H}:{mark}",
            kind="usage.reached" if mark >= _FULL else "usage.nearing",
            workspace_id=workspace_id,
            link=f"{settings().origin}{BILLING_PAGE}",
            # What is kept fills up under one's own hands: a notice is enough.
            by_mail=standing.catalogue.meters[feature].kind is Kind.QUOTA,
            feature=words.label(feature),
            used=used,
            limit=standing.limits[feature],
            plan=words.plan_name(standing),
        )
