"""Each component once, with all its states. Texts come in; nothing here asks for data."""
