"""What happens by itself, and what command and schedule both say:
one file per subject, each declaring its jobs when it is imported.
"""
