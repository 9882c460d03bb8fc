"""The questions to the contact and to the network; the experiences."""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

import storage.tables

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "absence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("relay", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("relay_name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absence")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("absence", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_absence_last"), ["last"], unique=False)

    op.create_table(
        "experience",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("town", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("events", sa.JSON(), nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.Column("room_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("status", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("at", storage.tables.Instant(timezone=True), nullable=False),
        sa.Column("resource_id", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_experience")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("experience", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_experience_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_experience_person"), ["person"], unique=False)
        batch_op.create_index(batch_op.f("ix_experience_status"), ["status"], unique=False)

    op.create_table(
        "sealedmail",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("due_at", storage.tables.Instant(timezone=True), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sealedmail")),
    )
    with op.batch_alter_table("sealedmail", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sealedmail_due_at"), ["due_at"], unique=False)

    op.create_table(
        "skill",
        sa.Column("person", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("topic", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("at", storage.tables.Instant(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("person", "topic", name=op.f("pk_skill")),
    )
    op.create_table(
        "ticket",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("asker", sa.Text(), nullable=False),
        sa.Column("anonymous", sa.Boolean(), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("town", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("theme", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("room_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("status", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("asked_at", storage.tables.Instant(timezone=True), nullable=False),
        sa.Column("post_at", storage.tables.Instant(timezone=True), nullable=True),
        sa.Column("promised_at", storage.tables.Instant(timezone=True), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("next_step", storage.tables.Instant(timezone=True), nullable=True),
        sa.Column("assignee", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("assignee_name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("answered_at", storage.tables.Instant(timezone=True), nullable=True),
        sa.Column("publish_as", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("publish_at", storage.tables.Instant(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket")),
        sa.UniqueConstraint("event_id", name=op.f("uq_ticket_event_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("ticket", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ticket_asked_at"), ["asked_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_ticket_next_step"), ["next_step"], unique=False)
        batch_op.create_index(batch_op.f("ix_ticket_post_at"), ["post_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_ticket_publish_at"), ["publish_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_ticket_status"), ["status"], unique=False)

    op.create_table(
        "solicitation",
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("person", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("at", storage.tables.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_solicitation_ticket_id_ticket")),
        sa.PrimaryKeyConstraint("ticket_id", "person", name=op.f("pk_solicitation")),
    )
    with op.batch_alter_table("solicitation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_solicitation_at"), ["at"], unique=False)

    op.create_table(
        "ticketmessage",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("event_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("person", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", storage.tables.Instant(timezone=True), nullable=False),
        sa.Column("post_at", storage.tables.Instant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_ticketmessage_ticket_id_ticket")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticketmessage")),
        sa.UniqueConstraint("event_id", name=op.f("uq_ticketmessage_event_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("ticketmessage", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ticketmessage_post_at"), ["post_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_ticketmessage_ticket_id"), ["ticket_id"], unique=False)


def downgrade() -> None:
    for table in ("experience", "absence", "solicitation", "ticketmessage", "ticket", "sealedmail", "skill"):
        op.drop_table(table)
