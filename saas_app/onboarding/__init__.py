"""The first minutes: registration, the wizard, what it sets up."""
