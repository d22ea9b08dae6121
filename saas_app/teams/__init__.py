"""People in a workspace together: asked in, given roles, sent away, the ownership handed on."""
