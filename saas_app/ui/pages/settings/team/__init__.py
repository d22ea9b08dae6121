"""The team: members, invitations, seats, what happened, one's workspaces."""
