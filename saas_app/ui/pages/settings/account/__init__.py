"""Address, password, closing the account."""
