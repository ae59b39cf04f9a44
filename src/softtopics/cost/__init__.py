"""What an experiment costs, before it starts."""
