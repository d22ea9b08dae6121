"""The pages, a folder per slice."""
