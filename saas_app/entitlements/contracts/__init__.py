"""Plans by contract: somebody asks, staff write the terms, the owner accepts, Stripe sends the invoice."""
