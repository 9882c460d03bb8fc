"""Tickets: what happens to a question by itself, and what its commands share."""
