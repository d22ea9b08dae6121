"""Symbols, candles and levels. Knows no customer and no plan: who may see what is decided above."""
