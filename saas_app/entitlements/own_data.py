"""What entitlements hold of a person: limits agreed for a workspace of theirs alone, and what it used."""

from saas_app.accounts.own_data import held
from saas_app.accounts.own_data.held import Held, Slice
from saas_app.entitlements.contracts.models import Contract, Lead
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
    mine = (
        *(Held(table, owner="workspace_id", whose=alone_in) for table in tables),
        Held(Contract, owner="workspace_id", whose=alone_in, stays="own_data.stays.contract"),
        Held(Lead),
    )
    held.register("entitlements", Slice(mine))
