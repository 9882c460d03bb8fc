"""After a meeting: its minutes, actions, and the links that were said there."""
