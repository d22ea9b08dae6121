"""Fractals and the levels drawn from them. Pure: closed candles in, facts out, and nothing drawn ever moves."""
