"""What people ask of the pairs."""
