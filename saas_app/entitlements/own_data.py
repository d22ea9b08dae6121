"""What entitlements hold of a person: limits that were agreed for a workspace of theirs alone."""

from saas_app.accounts.own_data import held
from saas_app.accounts.own_data.held import Held, Slice
from saas_app.entitlements.models import EntitlementOverride
from saas_app.workspaces.own_data import alone_in


def install() -> None:
    table = Held(EntitlementOverride, owner="workspace_id", whose=alone_in)
    held.register("entitlements", Slice((table,)))
