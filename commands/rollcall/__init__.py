"""Who was there: the roll call of a meeting, and attestations."""
