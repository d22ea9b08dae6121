"""Choose, see what it costs to the cent, confirm."""
