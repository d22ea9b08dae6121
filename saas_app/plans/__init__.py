"""What is sold and what it allows. Pure: facts come in, answers go out; nothing here asks the time or a table."""
