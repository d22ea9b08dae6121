"""The Stripe API under /v1, for unmodified SDKs; each module owns one kind of object."""
