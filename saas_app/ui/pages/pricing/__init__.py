"""The plans, side by side."""
