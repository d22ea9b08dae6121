"""A person's own data: exported whole, erased on request."""
