"""The catalogue as code: which version is in force, what a new one would change, and the way back."""
