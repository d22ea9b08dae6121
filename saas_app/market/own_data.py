"""What the market slice holds of a person: their saved filters, and the watchlist of a workspace that is theirs alone."""

from saas_app.accounts.own_data import held
from saas_app.accounts.own_data.held import Held, Slice
from saas_app.market.models import SavedFilter, WatchlistItem
from saas_app.workspaces.own_data import alone_in


def install() -> None:
    held.register(
        "market",
        Slice((Held(WatchlistItem, owner="workspace_id", whose=alone_in), Held(SavedFilter))),
    )
