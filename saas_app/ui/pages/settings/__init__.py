"""The person: name and preferences."""
