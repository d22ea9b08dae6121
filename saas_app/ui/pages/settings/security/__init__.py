"""Who can get into the account, and by what."""
