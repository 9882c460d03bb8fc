"""Three questions the day after, and what came of a meeting."""
