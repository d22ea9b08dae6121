"""The REST edge: routes, authentication, errors, webhooks, health."""
