"""Charts, the dashboard and the watchlist: what moves, as far as a plan reaches."""
