"""Tells staff what a reconciliation found, once for each finding."""

from saas_app.billing.reconciliation.run import Report
from saas_app.core.db import transaction
from saas_app.entitlements import staff_notice

_SHOWN = 3


def tell(report: Report) -> None:
    """Nothing to say where nothing differed."""
    if not report.differences:
        return
    first = "; ".join(report.lines[:_SHOWN])
    more = len(report.lines) - _SHOWN
    about = f"{first}; and {more} more" if more > 0 else first
    with transaction() as session:
        staff_notice.alert(session, None, "billing.reconciled", about)
