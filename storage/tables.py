"""The whole schema in one place.

Instants are aware and in UTC; choices are plain strings (Alembic does not see a new Enum member); Matrix ids are kept whole, never split.
"""

from datetime import UTC, datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, Column, Dialect, Index, LargeBinary, MetaData, Text, TypeDecorator
from sqlalchemy import DateTime as SqlDateTime
from sqlmodel import Field, SQLModel

SQLModel.metadata.naming_convention = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
).naming_convention


class Instant(TypeDecorator[datetime]):
    """An aware instant: stored in UTC, read back aware (SQLite would lose the zone)."""

    impl = SqlDateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs its time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def instant(*, nullable: bool = False, index: bool = False) -> Any:
    return Field(default=None if nullable else ..., sa_type=Instant, nullable=nullable, index=index)


class Mark(SQLModel, table=True):
    """A single remembered value: where the sync is (`sync_token`), what an alias resolved to (`alias:#…`)."""

    name: str = Field(primary_key=True)
    value: str = Field(sa_type=Text)


class Heard(SQLModel, table=True):
    """An event of the server, taken once. Kept 30 days."""

    event_id: str = Field(primary_key=True)
    room_id: str = Field(index=True)
    sender: str
    at: datetime = instant(index=True)
    outcome: str = Field(index=True)  # done | refused | failed | ignored | late | unreadable | removed


class Room(SQLModel, table=True):
    """What a room is, from its state events. Unknown is NULL, and means no."""

    room_id: str = Field(primary_key=True)
    membership: str = "join"  # ours: join | invite | leave
    joined_at: datetime | None = instant(nullable=True)  # what was said before we came is not for us
    name: str = ""
    alias: str = ""
    version: str = ""
    encrypted: bool | None = None
    join_rule: str = ""
    creators: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    power: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    successor: str = ""
    inviter: str = ""


class Member(SQLModel, table=True):
    """Who is joined to, or invited to, a room."""

    room_id: str = Field(primary_key=True)
    user_id: str = Field(primary_key=True, index=True)
    membership: str = "join"  # join | invite
    name: str = ""


class Act(SQLModel, table=True):
    """One act of the bot on the server: sent at most once under its transaction id, in order, edited in place afterwards."""

    __table_args__: ClassVar[Any] = (Index("ix_act_queue", "status", "room_id", "rank", "id"), {"sqlite_autoincrement": True})

    id: int | None = Field(default=None, primary_key=True)
    txn: str = Field(unique=True)
    cause: str = Field(index=True)  # the event id it answers, or job/occurrence
    kind: str  # event | redact | file | join | leave | create
    rank: int  # 0 answers, 1 announcements, 2 edits and bookkeeping
    room_id: str | None = Field(default=None, index=True)
    person: str | None = None  # for a room that does not exist yet: with whom
    type: str = "m.room.message"
    content: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    data: bytes | None = Field(default=None, sa_column=Column(LargeBinary, nullable=True))
    target_act: int | None = Field(default=None, foreign_key="act.id", index=True)
    target_event: str | None = None
    relation: str = ""  # how the target enters the content: edit | reaction | redact | room
    follows: int | None = Field(default=None, foreign_key="act.id")  # the part of the same post that goes before
    living: str | None = Field(default=None, index=True)
    version: int = 0
    announcement: bool = False  # waits for open hours, counts in the room's daily budget
    urgent: bool = False  # somebody asked for it just now: neither hours nor budget hold it
    title: str = ""  # what the team reads of it when it could not be sent
    not_before: datetime = instant()
    until: datetime | None = instant(nullable=True)
    status: str = Field(default="waiting", index=True)  # waiting | tried | sent | refused | dropped | withdrawn | removed
    tries: int = 0
    next_try: datetime = instant()
    tried_at: datetime | None = instant(nullable=True)  # the first time
    last_tried: datetime | None = instant(nullable=True)
    sent_at: datetime | None = instant(nullable=True)
    event_id: str | None = Field(default=None, index=True)
    error: str = ""


class Question(SQLModel, table=True):
    """What the bot waits for from one person in one room."""

    __table_args__: ClassVar[Any] = ({"sqlite_autoincrement": True},)

    id: int | None = Field(default=None, primary_key=True)
    person: str = Field(index=True)
    room_id: str
    act_id: int = Field(foreign_key="act.id", index=True)
    then: str
    choices: list[list[str]] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    accepts: str = ""  # a registered reader of free answers ("moment", "text"), or none
    data: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    asked_at: datetime = instant()
    expires_at: datetime = instant()
    passed: bool = False  # the person said something else since: only a tap or a reply counts now
    status: str = "open"  # open | answered | replaced


class Occurrence(SQLModel, table=True):
    """One occurrence of a job, named as people would; the row says that it is done."""

    job: str = Field(primary_key=True)
    name: str = Field(primary_key=True)
    planned: datetime = instant()
    outcome: str = "done"


class Watermark(SQLModel, table=True):
    """Since when a job exists here: what was planned before is not missed."""

    job: str = Field(primary_key=True)
    since: datetime = instant()


class Announcement(SQLModel, table=True):
    """What the team asked to have said, where and when."""

    __table_args__: ClassVar[Any] = ({"sqlite_autoincrement": True},)

    id: int | None = Field(default=None, primary_key=True)
    text: str = Field(sa_type=Text)
    rooms: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    author: str
    at: datetime = instant(index=True)
    urgent: bool = False
    status: str = Field(default="draft", index=True)  # draft | planned | published | cancelled
