"""Cache invalidation: which tables a session reads and writes, and whether what was read has been written since.

A statement names its tables itself, so nobody who writes has to announce it. A name that stands there for something else costs a look, no more.
"""

import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache

from sqlmodel import SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession

from storage import tables

USE = "use"  # in a session's info and among the options of its connection
TABLES = frozenset(SQLModel.metadata.tables)
assert tables.KeyValue.__tablename__ in TABLES

_INTO = re.compile(r"^(INSERT INTO \S+) \([^)]*\)")  # what stands between the parentheses are columns
_NAME = re.compile(r"(?<!\.)\b\w+\b(?!\s*=)")  # no column of a table's, nor one that is set


class Commits:
    """When each table was last written, counted in commits of this process: nobody else writes."""

    def __init__(self) -> None:
        self.count = 0
        self._last: dict[str, int] = {}

    def wrote(self, names: Collection[str]) -> None:
        self.count += 1
        self._last |= dict.fromkeys(names, self.count)

    def since(self, count: int, names: Collection[str]) -> bool:
        """Whether one of these tables was written after so many commits."""
        return any(self._last.get(name, 0) > count for name in names)


@dataclass
class ReadTables:
    """What was read, and as of which commit."""

    commits: Commits
    count: int
    tables: set[str] = field(default_factory=set)

    def is_current(self, commits: Commits) -> bool:
        """Whether the same would be read now, from the database of these commits."""
        return commits is self.commits and not commits.since(self.count, self.tables)


class TableUse:
    """The tables that a session reads and writes; as of the last commit before it began."""

    def __init__(self, commits: Commits) -> None:
        self.reads = ReadTables(commits, commits.count)
        self.written: set[str] = set()

    def note(self, statement: str) -> None:
        found = _named(statement)
        self.reads.tables |= found
        if not statement.startswith("SELECT"):
            self.written |= found


@contextmanager
def tracked_reads(session: AsyncSession) -> Iterator[ReadTables]:
    """What is read in this block; all of it from the database, since a row at hand would not tell where it is from."""
    session.expunge_all()
    use: TableUse = session.info[USE]
    use.reads = ReadTables(use.reads.commits, use.reads.count)
    yield use.reads


@lru_cache(maxsize=2_000)
def _named(statement: str) -> frozenset[str]:
    return TABLES.intersection(_NAME.findall(_INTO.sub(r"\1", statement)))
