"""What people want to be told of a market, judged exactly once on every tick and every closed candle."""
