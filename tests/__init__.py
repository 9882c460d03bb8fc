"""Promises, one file per subject."""
