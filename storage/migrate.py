"""Migrations: brings a database up to this version's schema; refuses one that a newer version has written.

Alembic and what it brings along (10 MiB) are imported only where something is to be migrated.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text

from storage.db import Database

if TYPE_CHECKING:
    from alembic.config import Config

SCRIPTS = Path(__file__).parent / "migrations"
HEAD = "head"


class NewerDatabase(Exception):
    """The database knows a revision that this version does not."""


async def upgrade(db: Database, to: str = HEAD) -> None:
    """Runs the migrations that are missing, all in one transaction.
    Raises NewerDatabase, and changes nothing then.
    """
    # A read first: somebody may hold the writer's lock for long, and mostly there is nothing to migrate.
    async with db.read() as session:
        current, known = await (await session.connection()).run_sync(_current), revisions()
    if unknown := current - known:
        raise NewerDatabase(f"revision {', '.join(sorted(unknown))} is unknown to this version")
    if to == HEAD and current == {max(known)}:
        return
    async with db.connection() as connection:
        await connection.run_sync(_upgrade, to)


def _upgrade(connection: Connection, to: str) -> None:
    from alembic import command

    command.upgrade(settings(connection), to)


def revisions() -> set[str]:
    """Those of this version; the scripts are named by them: `0001_…`."""
    return {path.name.partition("_")[0] for path in (SCRIPTS / "versions").glob("[0-9]*_*.py")}


def _current(connection: Connection) -> set[str]:
    """What Alembic has noted in the database; nothing in a new one."""
    if not inspect(connection).has_table("alembic_version"):
        return set()
    return set(connection.execute(text("SELECT version_num FROM alembic_version")).scalars())


def settings(connection: Connection | None = None) -> "Config":
    """Alembic's configuration, without a file: the scripts beside this module, on this connection."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config
