"""What is expected of one chart, with the figures that speak for it and against it."""
