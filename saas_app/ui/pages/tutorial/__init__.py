"""The tutorial: levels and alerts, learned on history."""
