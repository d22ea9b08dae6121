"""Asking for a plan by contract, and the owner's page with its terms."""
