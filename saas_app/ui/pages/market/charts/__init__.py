"""One market on one timeframe."""
