"""Meetings of the network: entered by the team, answered by everybody with a tap or a word, read by all."""
