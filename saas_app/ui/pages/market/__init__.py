"""Dashboard, charts, watchlist."""
