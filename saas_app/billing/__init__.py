"""Selling: customers, Checkout, the inbox of webhooks, the mirror of what Stripe says."""
