"""Everything that was told."""
