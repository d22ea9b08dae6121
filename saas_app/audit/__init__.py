"""Who did what to which workspace: append-only, chained by digests, personal data erasable."""
