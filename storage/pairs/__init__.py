"""Pairs: who takes part, who was drawn with whom, and the matching."""
