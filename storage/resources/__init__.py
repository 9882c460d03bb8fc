"""What is remembered of the library:
what members recommend, who finds it useful, and how it is found again.
"""
