"""Stripe behind our gateway: the only package that imports stripe."""
