"""What is remembered of meetings:
when and where, who answered what, and the pure rules of seats and of the line for them.
"""
