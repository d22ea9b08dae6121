"""The refusals of alerts, each stating its fact."""

from saas_app.core.errors import Conflict


class NoMarket(Conflict):
    code = "no_market"

    def __init__(self) -> None:
        super().__init__(
            "This market is history and never moves again, so no alert can wait for it. "
            "Nothing was saved; choose a market that trades."
        )
