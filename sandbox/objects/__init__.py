"""How each object of the Stripe API looks when it is new; no behaviour, no storage."""
