"""What others see, and what we hold."""
