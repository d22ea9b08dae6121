"""People: signing up, proving an address, logging in, staying logged in."""
