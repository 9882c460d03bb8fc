"""Alembic's scripts: one revision a change of the schema."""
