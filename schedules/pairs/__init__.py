"""What the pairs do by themselves."""
