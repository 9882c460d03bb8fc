"""Surveys: what is asked, what was answered while it is open, what may be said of it afterwards."""
