"""What the workspace keeps an eye on."""
