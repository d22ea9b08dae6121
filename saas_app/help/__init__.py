"""Answers to what people ask, and the way to ask us."""
