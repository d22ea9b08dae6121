"""The help page: answers, and the form that writes to us."""
