"""The outcome of an event and the handler that can take it back are two columns."""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

KINDS = {"said ": "command ", "tap ": "reaction ", "ballot ": "ballot "}


def upgrade() -> None:
    text = sqlmodel.sql.sqltypes.AutoString()
    with op.batch_alter_table("heard") as table:
        table.add_column(sa.Column("handler", text, nullable=False, server_default=""))
        table.add_column(sa.Column("in_reply_to", text, nullable=False, server_default=""))
    heard = sa.table("heard", sa.column("outcome", sa.String), sa.column("handler", sa.String))
    for before, kind in KINDS.items():
        name = sa.func.substr(heard.c.outcome, len(before) + 1)
        rows = sa.update(heard).where(heard.c.outcome.startswith(before))
        op.execute(rows.values(handler=sa.literal(kind).concat(name), outcome="done"))
    with op.batch_alter_table("heard") as table:
        table.alter_column("handler", server_default=None)
        table.alter_column("in_reply_to", server_default=None)
