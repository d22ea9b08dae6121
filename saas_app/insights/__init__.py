"""What can honestly be said about the candles to come: a range, a regime, what is unusual, and when nothing can be said."""
