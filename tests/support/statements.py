"""SQL statements that a database hears, BEGIN and SAVEPOINT among them, COMMIT not."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from storage.db import Database


@contextmanager
def statements_of(db: Database) -> Iterator[list[str]]:
    found: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        found.append(statement)

    event.listen(db._engine.sync_engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(db._engine.sync_engine, "before_cursor_execute", note)
