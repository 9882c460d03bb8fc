"""The life of a poll: how its card reads, how it is published, nudged and closed,
and what its result says.
"""
