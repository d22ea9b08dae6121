"""What the market slice holds of a person: their filters and charts, and the watchlist of a workspace theirs alone."""

from saas_app.accounts.own_data import held
from saas_app.accounts.own_data.held import Held, Slice
from saas_app.market.models import ChartLayout, SavedFilter, WatchlistItem
from saas_app.workspaces.own_data import alone_in


def install() -> None:
    items = Held(WatchlistItem, owner="workspace_id", whose=alone_in)
    held.register("market", Slice((items, Held(SavedFilter), Held(ChartLayout))))
