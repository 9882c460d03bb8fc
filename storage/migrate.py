"""Brings a database up to this version's schema; refuses one that a newer version has written."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from storage.db import Database

SCRIPTS = Path(__file__).parent / "migrations"


class NewerDatabase(Exception):
    """The database knows a revision that this version does not."""


async def upgrade(db: Database, to: str = "head") -> None:
    """Runs the migrations that are missing, all in one transaction.
    Raises NewerDatabase, and changes nothing then.
    """
    async with db.connection() as connection:
        await connection.run_sync(_upgrade, to)


def _upgrade(connection: Connection, to: str) -> None:
    config = settings(connection)
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    current = MigrationContext.configure(connection).get_current_heads()
    if unknown := set(current) - known:
        raise NewerDatabase(f"revision {', '.join(sorted(unknown))} is unknown to this version")
    command.upgrade(config, to)


def settings(connection: Connection | None = None) -> Config:
    """Alembic's configuration, without a file: the scripts beside this module, on this connection."""
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config
