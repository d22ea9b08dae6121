"""Articles about levels, accounts and the API; their words stand in Markdown beside this."""
