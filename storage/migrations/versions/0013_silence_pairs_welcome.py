"""Silence, pairs, and who was greeted: what a mark of its own said so far."""

from datetime import datetime

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

import storage.tables

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

GREETED = "welcomed:"


def upgrade() -> None:
    text = sqlmodel.sql.sqltypes.AutoString()
    moment = storage.tables.Instant(timezone=True)
    with op.batch_alter_table("act") as table:
        table.add_column(sa.Column("asked_by", text, nullable=False, server_default=""))
    with op.batch_alter_table("act") as table:
        table.alter_column("asked_by", server_default=None)
    op.create_table(
        "silence",
        sa.Column("person", text, nullable=False),
        sa.Column("since", moment, nullable=False),
        sa.Column("until", moment, nullable=True),
        sa.PrimaryKeyConstraint("person", name=op.f("pk_silence")),
    )
    op.create_table(
        "pairmember",
        sa.Column("person", text, nullable=False),
        sa.Column("since", moment, nullable=False),
        sa.Column("silent_rounds", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("person", name=op.f("pk_pairmember")),
    )
    op.create_table(
        "pairround",
        sa.Column("month", text, nullable=False),
        sa.Column("drawn_at", moment, nullable=False),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.Column("pairs", sa.Integer(), nullable=False),
        sa.Column("met", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("month", name=op.f("pk_pairround")),
    )
    op.create_table(
        "pairseat",
        sa.Column("month", text, nullable=False),
        sa.Column("person", text, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", text, nullable=False),
        sa.PrimaryKeyConstraint("month", "person", name=op.f("pk_pairseat")),
    )
    op.create_index(op.f("ix_pairseat_person"), "pairseat", ["person"])
    op.create_table(
        "welcome",
        sa.Column("person", text, nullable=False),
        sa.Column("status", text, nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.Column("left_at", moment, nullable=True),
        sa.PrimaryKeyConstraint("person", name=op.f("pk_welcome")),
    )
    op.create_index(op.f("ix_welcome_status"), "welcome", ["status"])
    _marks_become_rows()


def _marks_become_rows() -> None:
    mark = sa.table("mark", sa.column("name", sa.String), sa.column("value", sa.String))
    welcome = sa.table(
        "welcome",
        sa.column("person", sa.String),
        sa.column("status", sa.String),
        sa.column("at", storage.tables.Instant(timezone=True)),
    )
    marks = op.get_bind().execute(sa.select(mark).where(mark.c.name.startswith(GREETED))).all()
    rows = [
        {
            "person": name.removeprefix(GREETED),
            "status": "greeted",
            "at": datetime.fromisoformat(value),
        }
        for name, value in marks
    ]
    if rows:
        op.bulk_insert(welcome, rows)
    op.execute(sa.delete(mark).where(mark.c.name.startswith(GREETED)))
