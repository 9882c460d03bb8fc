"""Reactions of people under our messages, while they stand."""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

import storage.tables

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    text = sqlmodel.sql.sqltypes.AutoString()
    op.create_table(
        "tap",
        sa.Column("event_id", text, nullable=False),
        sa.Column("act_id", sa.Integer(), nullable=False),
        sa.Column("key", text, nullable=False),
        sa.Column("at", storage.tables.Instant(timezone=True), nullable=False),
        sa.Column("overruled", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["act_id"], ["act.id"], name=op.f("fk_tap_act_id_act")),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_tap")),
    )
    op.create_index(op.f("ix_tap_act_id"), "tap", ["act_id"])
    op.create_index(op.f("ix_tap_at"), "tap", ["at"])
