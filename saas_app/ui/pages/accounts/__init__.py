"""Joining, proving an address, logging in, choosing a new password."""
