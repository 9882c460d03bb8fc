"""News: reading the feeds, and the panorama made of them."""
