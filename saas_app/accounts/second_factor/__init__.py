"""The second factor: which ways a person has, and whether one is due at all."""

from saas_app.accounts.second_factor.ways import Way, strong_ways, ways

__all__ = ["Way", "strong_ways", "ways"]
