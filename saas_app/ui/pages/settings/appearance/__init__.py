"""Theme and density."""
