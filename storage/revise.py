"""For maintainers: writes the next revision from what tables.py says now.

python -m storage.revise 0002 "Polls"
"""

import asyncio
import sys
import tempfile

from alembic import command
from sqlalchemy import Connection

from storage.db import Database
from storage.migrate import settings, upgrade


async def revise(number: str, message: str) -> None:
    """Compares an up-to-date empty database with the tables."""
    with tempfile.TemporaryDirectory() as folder:
        db = Database(f"sqlite:///{folder}/empty.sqlite")
        await upgrade(db)

        def write(connection: Connection) -> None:
            command.revision(settings(connection), message=message, autogenerate=True, rev_id=number)

        async with db.connection() as connection:
            await connection.run_sync(write)
        await db.close()


if __name__ == "__main__":
    asyncio.run(revise(sys.argv[1], sys.argv[2]))
