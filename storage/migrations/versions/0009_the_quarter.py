"""The quarter: where people are from."""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

import storage.tables

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    text = sqlmodel.sql.sqltypes.AutoString()
    op.create_table(
        "membertown",
        sa.Column("person", text, nullable=False),
        sa.Column("town", text, nullable=False),
        sa.Column("at", storage.tables.Instant(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("person", name=op.f("pk_membertown")),
    )
