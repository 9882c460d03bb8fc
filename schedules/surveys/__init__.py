"""Surveys: how they open and close by themselves, and what is asked in private."""
