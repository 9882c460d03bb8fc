"""The quarter: where people are from, the steps of a round, who hosts, who co-animates, and points
of the programme.
"""

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
    moment = storage.tables.Instant(timezone=True)
    op.create_table(
        "membertown",
        sa.Column("person", text, nullable=False),
        sa.Column("town", text, nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.PrimaryKeyConstraint("person", name=op.f("pk_membertown")),
    )
    op.create_table(
        "quarterstep",
        sa.Column("round", text, nullable=False),
        sa.Column("step", text, nullable=False),
        sa.Column("status", text, nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.Column("person", text, nullable=False),
        sa.Column("poll_id", sa.Integer(), nullable=True),
        sa.Column("meeting_id", sa.Integer(), nullable=True),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meeting.id"], name=op.f("fk_quarterstep_meeting_id_meeting")
        ),
        sa.ForeignKeyConstraint(["poll_id"], ["poll.id"], name=op.f("fk_quarterstep_poll_id_poll")),
        sa.PrimaryKeyConstraint("round", "step", name=op.f("pk_quarterstep")),
    )
    op.create_table(
        "avoidedday",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_avoidedday")),
    )
    op.create_table(
        "hostoffer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", text, nullable=False),
        sa.Column("person", text, nullable=False),
        sa.Column("name", text, nullable=False),
        sa.Column("town", text, nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.Column("month", sa.Integer(), nullable=True),
        sa.Column("at", moment, nullable=False),
        sa.Column("status", text, nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_hostoffer_meeting_id_meeting")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hostoffer")),
        sa.UniqueConstraint("event_id", name=op.f("uq_hostoffer_event_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_hostoffer_person"), "hostoffer", ["person"])
    op.create_index(op.f("ix_hostoffer_status"), "hostoffer", ["status"])
    op.create_table(
        "cohost",
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("person", text, nullable=False),
        sa.Column("name", text, nullable=False),
        sa.Column("state", text, nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.Column("reminded", sa.Boolean(), nullable=False),
        sa.Column("event_id", text, nullable=False),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_cohost_meeting_id_meeting")),
        sa.PrimaryKeyConstraint("meeting_id", "person", name=op.f("pk_cohost")),
    )
    op.create_index(op.f("ix_cohost_person"), "cohost", ["person"])
    op.create_table(
        "availability",
        sa.Column("person", text, nullable=False),
        sa.Column("name", text, nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("every", text, nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.Column("event_id", text, nullable=False),
        sa.PrimaryKeyConstraint("person", name=op.f("pk_availability")),
    )
    op.create_table(
        "agendapoint",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", text, nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("person", text, nullable=False),
        sa.Column("name", text, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("room_id", text, nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.Column("status", text, nullable=False),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meeting.id"], name=op.f("fk_agendapoint_meeting_id_meeting")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agendapoint")),
        sa.UniqueConstraint("event_id", name=op.f("uq_agendapoint_event_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_agendapoint_meeting_id"), "agendapoint", ["meeting_id"])
    op.create_table(
        "pointvoice",
        sa.Column("event_id", text, nullable=False),
        sa.Column("point_id", sa.Integer(), nullable=False),
        sa.Column("person", text, nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.ForeignKeyConstraint(
            ["point_id"], ["agendapoint.id"], name=op.f("fk_pointvoice_point_id_agendapoint")
        ),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_pointvoice")),
    )
    op.create_index(op.f("ix_pointvoice_point_id"), "pointvoice", ["point_id"])
    op.create_table(
        "tourwish",
        sa.Column("event_id", text, nullable=False),
        sa.Column("room_id", text, nullable=False),
        sa.Column("person", text, nullable=False),
        sa.Column("direct", sa.Boolean(), nullable=False),
        sa.Column("language", text, nullable=False),
        sa.Column("drawn", sa.JSON(), nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_tourwish")),
    )
