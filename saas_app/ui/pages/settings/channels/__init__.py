"""Which events reach one by which channel."""
