"""Test support: homeservers, worlds, fixtures of each subject, and what injects faults;
each module says for which tests.
"""
