"""What one has, what it costs, and every way to change it."""
