"""Real prices as they came in: closed base candles, the last price, and what came beside them."""
