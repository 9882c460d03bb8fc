"""Encrypted events that cannot be read are remembered with the reason, so that people are asked again."""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

from storage.tables import Instant

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    text = sqlmodel.sql.sqltypes.AutoString()
    op.create_table(
        "unreadable",
        sa.Column("event_id", text, nullable=False),
        sa.Column("room_id", text, nullable=False),
        sa.Column("sender", text, nullable=False),
        sa.Column("at", Instant(timezone=True), nullable=False),
        sa.Column("withheld", text, nullable=False),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_unreadable")),
    )
    op.create_index(op.f("ix_unreadable_at"), "unreadable", ["at"])
