"""Tells people what happened, in the app and by mail, each thing once."""
