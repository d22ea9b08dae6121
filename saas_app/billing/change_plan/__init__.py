"""Another plan, interval or number of seats: what it means, what it costs, and making it so."""
