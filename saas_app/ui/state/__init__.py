"""State that more than one page shows, and the guard in front of all of it."""
