"""Surveys; messages whose body goes as soon as they are sent."""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

import storage.tables

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    text = sqlmodel.sql.sqltypes.AutoString()
    instant = storage.tables.Instant(timezone=True)
    with op.batch_alter_table("act") as table:
        table.add_column(sa.Column("confidential", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("act") as table:
        table.alter_column("confidential", server_default=None)
    op.create_table(
        "survey",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", text, nullable=False),
        sa.Column("subject", text, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("introduction", sa.Text(), nullable=False),
        sa.Column("items", sa.JSON(), nullable=False),
        sa.Column("audience", sa.JSON(), nullable=False),
        sa.Column("author", text, nullable=False),
        sa.Column("room_id", text, nullable=True),
        sa.Column("status", text, nullable=False),
        sa.Column("opens_at", instant, nullable=False),
        sa.Column("closes_at", instant, nullable=False),
        sa.Column("result", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey")),
        sa.UniqueConstraint("event_id", name=op.f("uq_survey_event_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_survey_closes_at"), "survey", ["closes_at"])
    op.create_index(op.f("ix_survey_status"), "survey", ["status"])
    op.create_index(op.f("ix_survey_subject"), "survey", ["subject"])
    op.create_table(
        "surveyanswer",
        sa.Column("survey_id", sa.Integer(), nullable=False),
        sa.Column("digest", text, nullable=False),
        sa.Column("item", text, nullable=False),
        sa.Column("choices", sa.JSON(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("receipt", text, nullable=False),
        sa.ForeignKeyConstraint(["survey_id"], ["survey.id"], name=op.f("fk_surveyanswer_survey_id_survey")),
        sa.PrimaryKeyConstraint("survey_id", "digest", name=op.f("pk_surveyanswer")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_surveyanswer_receipt"), "surveyanswer", ["receipt"])
    op.create_table(
        "surveyprogress",
        sa.Column("survey_id", sa.Integer(), nullable=False),
        sa.Column("digest", text, nullable=False),
        sa.Column("at", text, nullable=False),
        sa.Column("answered", sa.Boolean(), nullable=False),
        sa.Column("finished", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["survey_id"], ["survey.id"], name=op.f("fk_surveyprogress_survey_id_survey")
        ),
        sa.PrimaryKeyConstraint("survey_id", "digest", name=op.f("pk_surveyprogress")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "surveytext",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("survey_id", sa.Integer(), nullable=False),
        sa.Column("item", text, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("theme", text, nullable=False),
        sa.Column("shown", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["survey_id"], ["survey.id"], name=op.f("fk_surveytext_survey_id_survey")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_surveytext")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_surveytext_survey_id"), "surveytext", ["survey_id"])
    op.create_table(
        "surveyrequest",
        sa.Column("event_id", text, nullable=False),
        sa.Column("kind", text, nullable=False),
        sa.Column("file_event", text, nullable=False),
        sa.Column("survey_id", sa.Integer(), nullable=True),
        sa.Column("question", sa.Integer(), nullable=False),
        sa.Column("language", text, nullable=False),
        sa.Column("publisher", text, nullable=False),
        sa.Column("room_id", text, nullable=False),
        sa.Column("person", text, nullable=False),
        sa.Column("closes_at", instant, nullable=True),
        sa.Column("at", instant, nullable=False),
        sa.Column("status", text, nullable=False),
        sa.ForeignKeyConstraint(["survey_id"], ["survey.id"], name=op.f("fk_surveyrequest_survey_id_survey")),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_surveyrequest")),
    )
    op.create_index(op.f("ix_surveyrequest_status"), "surveyrequest", ["status"])
