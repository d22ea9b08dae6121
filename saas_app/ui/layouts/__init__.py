"""Page frames: the public site, one narrow form, the signed-in shell."""
