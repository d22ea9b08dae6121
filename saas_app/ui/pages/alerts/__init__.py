"""Alerts: what waits, what became of it, and the form that makes more."""
