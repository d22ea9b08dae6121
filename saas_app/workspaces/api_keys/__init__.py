"""Keys with which programs act for one person in one workspace, within scopes and until a day."""
