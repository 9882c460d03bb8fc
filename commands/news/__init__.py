"""What members and the team ask of the news:
one file for each of them, one for what is done in private, one for taps.
"""
