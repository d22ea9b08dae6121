"""The welcome wizard."""
