"""Cache invalidation: which tables a session reads and writes,
and whether what was read has been written since.

A statement names its tables itself, so nobody who writes has to announce it. A name that stands there for
something else costs a look, no more.
"""

import re
from collections.abc import Callable, Collection, Coroutine, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache, wraps
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

from sqlalchemy import event, inspect
from sqlalchemy.orm import ORMExecuteState, Session
from sqlmodel import SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession

from storage import tables

USE = "use"  # in a session's info and among the options of its connection
TABLES = frozenset(SQLModel.metadata.tables)
MOST_CACHED = 20_000  # answers that are kept, whatever the question
P = ParamSpec("P")
T = TypeVar("T")
assert tables.KeyValue.__tablename__ in TABLES

_INTO = re.compile(r"^(INSERT INTO \S+) \([^)]*\)")  # what stands between the parentheses are columns
_NAME = re.compile(r"(?<!\.)\b\w+\b(?!\s*=)")  # no column of a table's, nor one that is set


Follower = Callable[[Sequence[Any] | None], None]


class Commits:
    """When each table was last written, counted in commits of this process: nobody else writes."""

    def __init__(self) -> None:
        self.count = 0
        self._last: dict[str, int] = {}
        self.answers: dict[Any, tuple[int, Any]] = {}  # of `cached_query`: as of which commit, and what
        self.followers: dict[str, Follower] = {}

    def follow(self, table: type[SQLModel], follower: Follower) -> None:
        """Change feed of one table: told after each commit which rows it wrote, as they are now;
        None: others too, to be read again.
        """
        self.followers[str(table.__tablename__)] = follower

    def wrote(self, names: Collection[str], use: "TableUse | None" = None) -> None:
        """`use`: of the transaction that was committed; None: what it wrote cannot be told."""
        self.count += 1
        self._last |= dict.fromkeys(names, self.count)
        for name, follower in self.followers.items():
            if name in names:
                follower(use.rows(name) if use else None)

    def remember(self, question: Any, answer: Any, count: int) -> None:
        """`count`: the commit as of which it is the answer."""
        if len(self.answers) >= MOST_CACHED:
            self.answers.clear()
        self.answers[question] = count, answer

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


@dataclass
class Snapshot:
    """What was read at a moment: right until another (None: for good), or until its tables are written."""

    at: datetime
    until: datetime | None
    reads: ReadTables

    def is_current(self, commits: Commits, now: datetime) -> bool:
        in_time = self.at <= now and (self.until is None or now < self.until)
        return in_time and self.reads.is_current(commits)


class TableUse:
    """The tables that a session reads and writes; as of the last commit before it began."""

    def __init__(self, commits: Commits) -> None:
        self.commits = commits
        self.count = commits.count
        self.reads = ReadTables(commits, commits.count)
        self.written: set[str] = set()
        self.writes = 0  # statements
        self.watched: list[set[str]] = []  # what `tracked_writes` has seen so far
        self._flushed: dict[str, list[SQLModel]] = {}  # by table, where somebody follows it
        self._in_bulk: set[str] = set()  # tables written other than row by row

    def flushed(self, rows: Iterable[Any]) -> None:
        for row in rows:
            if (name := row.__tablename__) in self.commits.followers:
                self._flushed.setdefault(name, []).append(row)

    def in_bulk(self, name: str) -> None:
        self._in_bulk.add(name)

    def rows(self, table: str) -> list[SQLModel] | None:
        """What this transaction wrote there, once it is committed; None: it wrote in bulk,
        or took back to a savepoint what a row had become.
        """
        rows = {id(row): row for row in self._flushed.get(table, ())}.values()
        states = [(row, inspect(row)) for row in rows]
        if table in self._in_bulk or any(state.expired for _, state in states):
            return None
        return [row for row, state in states if not state.transient]

    def note(self, statement: str) -> None:
        found = _named(statement)
        self.reads.tables |= found
        if not statement.startswith("SELECT"):
            self.written |= found
            self.writes += 1
            for seen in self.watched:
                seen |= found


@contextmanager
def tracked_reads(session: AsyncSession) -> Iterator[ReadTables]:
    """What is read in this block; all of it from the database,
    since a row at hand would not tell where it is from.
    """
    session.expunge_all()
    use: TableUse = session.info[USE]
    use.reads = ReadTables(use.reads.commits, use.reads.count)
    yield use.reads


@contextmanager
def tracked_writes(session: AsyncSession) -> Iterator[set[str]]:
    """The tables that are written in this block, as far as they were flushed in it."""
    use: TableUse = session.info[USE]
    seen: set[str] = set()
    use.watched.append(seen)
    try:
        yield seen
    finally:
        use.watched = [each for each in use.watched if each is not seen]


Query = Callable[Concatenate[AsyncSession, P], Coroutine[Any, Any, T]]


def cached_query(*rows: type[SQLModel]) -> Callable[[Query[P, T]], Query[P, T]]:
    """Memoises a query by its arguments until one of these tables is written:
    for what every event asks again.

    It gives a value that nobody changes, not a row of a session. A transaction that has written there itself
    asks the database.
    """
    names = frozenset(str(each.__tablename__) for each in rows)

    def decorate(query: Query[P, T]) -> Query[P, T]:
        @wraps(query)
        async def ask(db: AsyncSession, *args: P.args, **more: P.kwargs) -> T:
            assert not more, "what is asked is told by position"
            if any(each.__tablename__ in names for each in (*db.new, *db.dirty, *db.deleted)):
                await db.flush()
            use: TableUse = db.info[USE]
            use.reads.tables |= names
            if use.written & names:
                return await query(db, *args, **more)
            commits, key = use.commits, (query, args)
            known = commits.answers.get(key)
            if known is not None and not commits.since(known[0], names):
                return cast(T, known[1])
            found = await query(db, *args, **more)
            commits.remember(key, found, use.count)
            return found

        return cast(Query[P, T], ask)

    return decorate


@lru_cache(maxsize=2_000)
def _named(statement: str) -> frozenset[str]:
    return TABLES.intersection(_NAME.findall(_INTO.sub(r"\1", statement)))


@event.listens_for(Session, "after_flush")
def _flushed(session: Session, _context: object) -> None:
    use: TableUse | None = session.info.get(USE)
    if use is not None and use.commits.followers:
        use.flushed((*session.new, *session.dirty))
        for row in session.deleted:
            use.in_bulk(str(row.__tablename__))


@event.listens_for(Session, "do_orm_execute")
def _executed(state: ORMExecuteState) -> None:
    use: TableUse | None = state.session.info.get(USE)
    if use is not None and not state.is_select and state.bind_mapper is not None:
        use.in_bulk(str(state.bind_mapper.class_.__tablename__))
