"""Why something is locked or allowed: every fact that the decision hangs on."""
