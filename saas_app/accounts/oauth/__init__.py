"""Log-in by Google, Microsoft and GitHub."""
