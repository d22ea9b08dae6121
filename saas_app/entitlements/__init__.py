"""What a workspace may do right now, and why."""
