"""The throw-away world of the demo: a homeserver, its people and the played scene."""
