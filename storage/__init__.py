"""What is remembered: the schema, its migrations, and the questions asked of it, one file a subject."""
