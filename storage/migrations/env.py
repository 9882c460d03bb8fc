"""Alembic's environment: the connection is handed over by storage.migrate."""

from alembic import context
from sqlmodel import SQLModel

from storage import tables

assert tables.KeyValue.metadata is SQLModel.metadata
context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    render_as_batch=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
