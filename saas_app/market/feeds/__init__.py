"""Where prices come from: one Protocol, and a source behind it for each kind of data."""
