"""The day of a meeting and after it: roll calls, papers, minutes, actions, links."""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

import storage.tables

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "action",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("person", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("before", sa.Date(), nullable=True),
        sa.Column("status", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("at", storage.tables.Instant(timezone=True), nullable=False),
        sa.Column("next_at", storage.tables.Instant(timezone=True), nullable=False),
        sa.Column("closed_at", storage.tables.Instant(timezone=True), nullable=True),
        sa.Column("closed_event", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_action_meeting_id_meeting")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_action")),
        sa.UniqueConstraint("event_id", name=op.f("uq_action_event_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("action", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_action_meeting_id"), ["meeting_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_action_next_at"), ["next_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_action_person"), ["person"], unique=False)
        batch_op.create_index(batch_op.f("ix_action_status"), ["status"], unique=False)

    op.create_table(
        "checkin",
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("person", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("at", storage.tables.Instant(timezone=True), nullable=False),
        sa.Column("way", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("remote", sa.Boolean(), nullable=False),
        sa.Column("by", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("event_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("number", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("removed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_checkin_meeting_id_meeting")),
        sa.PrimaryKeyConstraint("meeting_id", "person", name=op.f("pk_checkin")),
        sa.UniqueConstraint("number", name=op.f("uq_checkin_number")),
    )
    with op.batch_alter_table("checkin", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_checkin_event_id"), ["event_id"], unique=False)

    op.create_table(
        "checkintry",
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("person", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meeting.id"], name=op.f("fk_checkintry_meeting_id_meeting")
        ),
        sa.PrimaryKeyConstraint("meeting_id", "person", name=op.f("pk_checkintry")),
    )
    op.create_table(
        "daylink",
        sa.Column("event_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("room_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("at", storage.tables.Instant(timezone=True), nullable=False),
        sa.Column("due_at", storage.tables.Instant(timezone=True), nullable=False),
        sa.Column("link", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("status", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_daylink_meeting_id_meeting")),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_daylink")),
    )
    with op.batch_alter_table("daylink", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_daylink_meeting_id"), ["meeting_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_daylink_status"), ["status"], unique=False)

    op.create_table(
        "minutes",
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("link", sa.Text(), nullable=False),
        sa.Column("file", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("at", storage.tables.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_minutes_meeting_id_meeting")),
        sa.PrimaryKeyConstraint("meeting_id", name=op.f("pk_minutes")),
    )
    op.create_table(
        "paperwish",
        sa.Column("event_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("person", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("room_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("direct", sa.Boolean(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("at", storage.tables.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_paperwish_meeting_id_meeting")),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_paperwish")),
    )
    with op.batch_alter_table("paperwish", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_paperwish_kind"), ["kind"], unique=False)

    op.create_table(
        "rollcall",
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("word", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("choices", sa.JSON(), nullable=False),
        sa.Column("opened_at", storage.tables.Instant(timezone=True), nullable=False),
        sa.Column("closes_at", storage.tables.Instant(timezone=True), nullable=False),
        sa.Column("told", sa.Boolean(), nullable=False),
        sa.Column("evaluated", sa.Boolean(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_rollcall_meeting_id_meeting")),
        sa.PrimaryKeyConstraint("meeting_id", name=op.f("pk_rollcall")),
    )
    with op.batch_alter_table("rollcall", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rollcall_closes_at"), ["closes_at"], unique=False)
