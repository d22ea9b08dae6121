"""What entitlements hold of a person: limits agreed for a workspace of theirs alone, and what it used."""

from saas_app.accounts.own_data import held
from saas_app.accounts.own_data.held import Held, Slice
from saas_app.entitlements.models import (
    AccessRecord,
    EntitlementOverride,
    KeptChoice,
    MeterEvent,
    UsageCounter,
    UsageRecord,
)
from saas_app.workspaces.own_data import alone_in


def install() -> None:
    tables = (AccessRecord, EntitlementOverride, KeptChoice, UsageCounter, UsageRecord, MeterEvent)
    mine = tuple(Held(table, owner="workspace_id", whose=alone_in) for table in tables)
    held.register("entitlements", Slice(mine))
