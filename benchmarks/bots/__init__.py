"""Animatrice beside other Matrix bots, from outside, on one Synapse:
`make bench`, or `python -m benchmarks.bots --help`.
"""
