"""The local world: Stripe, mail and SMS for people who have no accounts yet.

It speaks HTTP and SMTP only. It imports nothing from the application and the application
imports nothing from it, so pointing the application at the real Stripe changes keys, not code.
"""
