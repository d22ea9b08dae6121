"""Sets the product up and runs it: from a fresh clone, with nothing but Python and make."""
