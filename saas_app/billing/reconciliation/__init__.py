"""Holds every customer, subscription, invoice and entitlement against Stripe, and mends what differs."""
