"""The whole schema in one place.

Instants are aware and in UTC; choices are plain strings (Alembic does not see a new Enum member); Matrix ids
are kept whole, never split.
"""

from datetime import UTC, date, datetime
from typing import Any, ClassVar, Literal

from sqlalchemy import JSON, Column, Dialect, Index, LargeBinary, MetaData, String, Text, TypeDecorator
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


class KeyValue(SQLModel, table=True):
    """A single remembered value: where the sync is (`sync_token`), what an alias resolved to (`alias:#…`)."""

    __tablename__ = "mark"

    name: str = Field(primary_key=True)
    value: str = Field(sa_type=Text)


class ProcessedEvent(SQLModel, table=True):
    """An event of the server, taken once. Kept 30 days."""

    __tablename__ = "heard"

    event_id: str = Field(primary_key=True)
    room_id: str = Field(index=True)
    sender: str
    at: datetime = instant(index=True)
    # done | talk | refused | unknown | failed | ignored | late | unreadable | removed
    outcome: str = Field(default="", index=True)
    # what can take the effect back: « command vote », « reaction panorama: », « ballot poll-box: »;
    # what ran, if nothing can: « ran rencontre »
    handler: str = ""
    in_reply_to: str = ""  # the event that gave the words their meaning


class UnreadableEvent(SQLModel, table=True):
    """An encrypted event whose key never came. Kept until it can be read, 30 days at most."""

    __tablename__ = "unreadable"

    event_id: str = Field(primary_key=True)
    room_id: str
    sender: str
    at: datetime = instant(index=True)
    withheld: str = ""  # why its sender gave no key (m.room_key.withheld); empty: nothing was said


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


EntryKind = Literal["event", "redact", "file", "join", "leave", "create"]


class OutboxEntry(SQLModel, table=True):
    """One act of the bot on the server:
    sent at most once under its transaction id, in order, edited in place afterwards.
    """

    __tablename__ = "act"

    __table_args__: ClassVar[Any] = (
        Index("ix_act_queue", "status", "room_id", "rank", "id"),
        {"sqlite_autoincrement": True},
    )

    id: int = Field(default=None, primary_key=True)
    # These two are given by bot.outbox.outbox.Outbox.do, to every entry.
    txn: str = Field(default=None, unique=True)
    cause: str = Field(default=None, index=True)  # the event id it answers, or job/occurrence
    kind: EntryKind = Field(sa_type=String)
    rank: int  # 0 answers, 1 announcements, 2 edits and bookkeeping
    room_id: str | None = Field(default=None, index=True)
    person: str | None = None  # for a room that does not exist yet: with whom
    type: str = "m.room.message"
    content: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    data: bytes | None = Field(default=None, sa_column=Column(LargeBinary, nullable=True))
    target_act: int | None = Field(default=None, foreign_key="act.id", index=True)
    target_event: str | None = None
    # how the target enters the content: edit | reaction | redact | yield (a redaction that may be undone) |
    # reference | room
    relation: str = ""
    # the part of the same post that goes before
    follows: int | None = Field(default=None, foreign_key="act.id")
    message_key: str | None = Field(
        default=None, sa_column=Column("living", String, index=True, nullable=True)
    )
    version: int = 0
    announcement: bool = False  # waits for open hours, counts in the room's daily budget
    urgent: bool = False  # somebody asked for it just now: neither hours nor budget hold it
    confidential: bool = False  # its body is erased as soon as the server has it
    title: str = ""  # what the team reads of it when it could not be sent
    not_before: datetime = instant()
    until: datetime | None = instant(nullable=True)
    # waiting | tried | sent | refused | dropped | withdrawn | removed
    status: str = Field(default="waiting", index=True)
    tries: int = 0
    next_try: datetime = instant()
    tried_at: datetime | None = instant(nullable=True)  # the first time
    last_tried: datetime | None = instant(nullable=True)
    sent_at: datetime | None = instant(nullable=True)
    event_id: str | None = Field(default=None, index=True)
    error: str = ""
    asked_by: str = ""  # in private: whose words or gesture it answers, as their silence does not hold


class Tap(SQLModel, table=True):
    """A reaction of somebody under a message of ours that takes taps, while it stands.
    Whose it is need not be known. Kept 180 days.
    """

    event_id: str = Field(primary_key=True)
    act_id: int = Field(foreign_key="act.id", index=True)  # the message
    key: str  # without variation selectors
    at: datetime = instant(index=True)
    # a later answer of the same person says otherwise
    overruled: bool = False


class Question(SQLModel, table=True):
    """What the bot waits for from one person in one room."""

    __table_args__: ClassVar[Any] = ({"sqlite_autoincrement": True},)

    id: int = Field(default=None, primary_key=True)
    person: str = Field(index=True)
    room_id: str
    # the message that asks; known once it is posted
    act_id: int = Field(default=None, foreign_key="act.id", index=True)
    then: str
    choices: list[list[str]] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    accepts: str = ""  # how free answers are read: an Accepts of bot.outbox.question
    data: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    asked_at: datetime = instant()
    expires_at: datetime = instant()
    passed: bool = False  # the person said something else since: only a tap or a reply counts now
    status: str = "open"  # open | answered | replaced | stopped | expired


class OccurrenceRecord(SQLModel, table=True):
    """One occurrence of a job, named as people would; the row says that it is done."""

    __tablename__ = "occurrence"

    job: str = Field(primary_key=True)
    name: str = Field(primary_key=True)
    planned: datetime = instant()
    outcome: str = "done"


class Announcement(SQLModel, table=True):
    """What the team asked to have said, where and when."""

    __table_args__: ClassVar[Any] = ({"sqlite_autoincrement": True},)

    id: int = Field(default=None, primary_key=True)
    # of the command: its name as an occurrence, which no restore can give to another
    event_id: str = Field(unique=True)
    text: str = Field(sa_type=Text)
    rooms: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    author: str
    at: datetime = instant(index=True)
    urgent: bool = False
    status: str = Field(default="draft", index=True)  # draft | planned | published | cancelled


class Feed(SQLModel, table=True):
    """A source of news: how it was read last, when to read it again."""

    __table_args__: ClassVar[Any] = ({"sqlite_autoincrement": True},)

    id: int = Field(default=None, primary_key=True)
    url: str = Field(unique=True, sa_type=Text)
    title: str = ""
    theme: str = ""  # a theme's id, or none
    status: str = Field(default="active", index=True)  # active | suspended | gone | removed
    added_at: datetime = instant()
    next_at: datetime = instant(index=True)
    etag: str = Field(default="", sa_type=Text)
    modified: str = ""
    body_hash: str = ""
    first_read: datetime | None = instant(nullable=True)
    last_read: datetime | None = instant(nullable=True)  # the last time it answered as it should
    failures: int = 0
    failing_since: datetime | None = instant(nullable=True)
    told: bool = False  # the team knows that it is failing
    error: str = ""


class FeedRequest(SQLModel, table=True):
    """An address that the team asked to add, of a feed or of a list of feeds:
    read by a task, then confirmed by them.

    A list posted in their room has "event:" and the id of its event for its address.
    """

    __tablename__ = "feedwish"

    event_id: str = Field(primary_key=True)
    url: str = Field(sa_type=Text)
    theme: str = ""
    room_id: str
    person: str
    at: datetime = instant()
    status: str = Field(default="asked", index=True)  # asked | list asked | seen
    found: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))


class Story(SQLModel, table=True):
    """One story, whoever tells it. Untrusted text, cleaned: no markup, bounded."""

    __table_args__: ClassVar[Any] = ({"sqlite_autoincrement": True},)

    id: int = Field(default=None, primary_key=True)
    link: str = Field(sa_type=Text)
    clean_link: str = Field(unique=True, sa_type=Text)  # by which one knows that it is the same page
    title: str = Field(sa_type=Text)
    folded_title: str = Field(index=True, sa_type=Text)
    summary: str = Field(default="", sa_type=Text)
    theme: str = ""
    tags: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    paid: bool = False  # for subscribers only
    feed_id: int = Field(foreign_key="feed.id", index=True)  # who told it first
    published: datetime = instant(index=True)
    seen_at: datetime = instant()
    old: bool = False  # known from a first reading: never news
    edition: str | None = Field(default=None, index=True)  # the one it was considered for, for good
    skipped: bool = False
    pinned: bool = False


class Telling(SQLModel, table=True):
    """One source telling a story, under that source's own id of it."""

    __table_args__: ClassVar[Any] = (Index("ix_telling_guid", "feed_id", "guid"),)

    story_id: int = Field(primary_key=True, foreign_key="story.id")
    feed_id: int = Field(primary_key=True, foreign_key="feed.id")
    guid: str = Field(default="", sa_type=Text)


class Edition(SQLModel, table=True):
    """An edition, by its week ("2026-W48"): the stories in the order of their numbers, out of how many."""

    name: str = Field(primary_key=True)
    stories: list[int] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    total: int = 0
    first_day: date  # the Monday of the first week it tells
    planned: datetime = instant()
    status: str = "draft"  # draft | published
    draft: str = ""  # the editable message in which the team sees it before


class Kept(SQLModel, table=True):
    """What somebody put aside to read."""

    person: str = Field(primary_key=True)
    story_id: int = Field(primary_key=True, foreign_key="story.id")
    at: datetime = instant()


class Interest(SQLModel, table=True):
    """A theme that somebody follows."""

    person: str = Field(primary_key=True)
    theme: str = Field(primary_key=True)


class Opinion(SQLModel, table=True):
    """👍 on an edition (1) or « moins de ça » about a theme or a source (-1): it feeds the next ranking."""

    event_id: str = Field(primary_key=True)  # taken back with it
    person: str = Field(index=True)
    edition: str
    about: str = ""  # a story's id, or a theme
    value: int
    at: datetime = instant()


class Poll(SQLModel, table=True):
    """A question put to one room. Its number is what people call it by.

    `kind` "choices": one native poll with all the choices; "dates": one for each date, answered yes, if need
    be or no.
    """

    __table_args__: ClassVar[Any] = ({"sqlite_autoincrement": True},)

    id: int = Field(default=None, primary_key=True)
    # of the command that asked: its name for what happens by itself, which no restore can give to another
    event_id: str = Field(unique=True)
    kind: str = "choices"  # choices | dates
    question: str = Field(sa_type=Text)
    choices: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    # of dates: day, start, end, part of the day
    days: list[dict[str, str]] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    most: int = 1
    mode: str = "visible"  # visible | discreet | secret
    members_only: bool = False  # in a room that is open to guests
    author: str
    asked_in: str  # the room where it was asked
    room_id: str = ""  # where it is published; none yet
    opens_at: datetime = instant()
    closes_at: datetime = instant(index=True)
    status: str = Field(default="draft", index=True)  # draft | published | closing | closed | cancelled
    tries: int = 0  # readings of the native votes after the close, while some cannot be decrypted
    next_try: datetime | None = instant(nullable=True)
    result: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    follow_up: str = Field(default="", sa_type=Text)
    kept_day: int | None = None  # of dates: the one that the team chose


class Ballot(SQLModel, table=True):
    """One act of voting that stands; of a secret poll, only that there was one.
    Erased when the poll closes; of dates, 30 days later at most.

    What a person wants is read from all their acts (storage.polls.counting): the latest by server time,
    unless it is taken back.
    """

    __table_args__: ClassVar[Any] = (Index("ix_ballot_person", "poll_id", "person"),)

    event_id: str = Field(primary_key=True)
    part: int = Field(default=0, primary_key=True)  # which native poll: 0, or the number of the date from 0
    poll_id: int = Field(foreign_key="poll.id", index=True)
    person: str
    at: datetime = instant()
    way: str  # native | text | tap | secret
    # from 0; []: withdrawn; NULL: spoiled
    choices: list[int] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True), nullable=True))
    filled: bool = False  # whether it has a choice that counts


class SecretBallot(SQLModel, table=True):
    """One ballot of a secret poll, without who, when and in which order:
    the rows lie by digest (no rowid), the key of the digest in a file.
    """

    __table_args__: ClassVar[Any] = ({"sqlite_with_rowid": False},)

    poll_id: int = Field(primary_key=True, foreign_key="poll.id")
    digest: str = Field(primary_key=True)
    choices: list[int] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))


class Resource(SQLModel, table=True):
    """A page that somebody recommends.
    Its number is what people call it by (« fiche 9 »). Untrusted text, cleaned and bounded.
    """

    __table_args__: ClassVar[Any] = ({"sqlite_autoincrement": True},)

    id: int = Field(default=None, primary_key=True)
    # what brought it: the recommendation, or a line of an import ("$event/12")
    event_id: str = Field(unique=True)
    link: str = Field(sa_type=Text)
    clean_link: str = Field(unique=True, sa_type=Text)
    title: str = Field(default="", sa_type=Text)  # none before the page was read
    title_given: bool = False  # by a person: no page changes it any more
    why: str = Field(default="", sa_type=Text)
    site: str = ""
    kind: str = ""  # the type: an id of schedules/resources kinds
    theme: str = ""
    description: str = Field(default="", sa_type=Text)  # the page's own
    minutes: int | None = None  # reading time
    access: str = ""  # "" unknown | free | paid
    # who recommended it first; "" when they asked to be forgotten
    person: str = Field(default="", index=True)
    name: str = ""  # as said in the open: « Maxime »
    town: str = ""
    room_id: str = ""  # where its card is
    at: datetime = instant(index=True)
    status: str = Field(default="active", index=True)  # asked | active | retired
    pinned: bool = False
    read_at: datetime | None = instant(nullable=True, index=True)  # when its page was read for the card
    next_check: datetime = instant(index=True)
    failing_since: datetime | None = instant(nullable=True)
    dead: bool = False  # for a fortnight: its card says so
    asked_again: bool = False  # its recommender was asked for another address, once in its life


class Voice(SQLModel, table=True):
    """Somebody finds a resource useful: one voice a person.
    Acts that stand, as for a ballot: 👍 taken back takes its own away.
    """

    event_id: str = Field(primary_key=True)
    resource_id: int = Field(foreign_key="resource.id", index=True)
    person: str
    at: datetime = instant()
    way: str  # recommended | said | tap


class Redirect(SQLModel, table=True):
    """An address that leads for good to a resource we know."""

    clean_link: str = Field(primary_key=True, sa_type=Text)
    resource_id: int = Field(foreign_key="resource.id", index=True)


class Term(SQLModel, table=True):
    """The search index: a stem, where it stands, how much it weighs there.
    Portable: no full-text engine has French stems everywhere.
    """

    __table_args__: ClassVar[Any] = ({"sqlite_with_rowid": False},)

    stem: str = Field(primary_key=True)
    resource_id: int = Field(primary_key=True, foreign_key="resource.id", index=True)
    weight: int


class Change(SQLModel, table=True):
    """Who changed what of a resource."""

    __table_args__: ClassVar[Any] = ({"sqlite_autoincrement": True},)

    id: int = Field(default=None, primary_key=True)
    resource_id: int = Field(foreign_key="resource.id", index=True)
    person: str
    at: datetime = instant()
    what: str
    before: str = Field(default="", sa_type=Text)
    after: str = Field(default="", sa_type=Text)


class KeptResource(SQLModel, table=True):
    """A resource that somebody put aside."""

    person: str = Field(primary_key=True)
    resource_id: int = Field(primary_key=True, foreign_key="resource.id")
    at: datetime = instant()


class Listing(SQLModel, table=True):
    """The last list that somebody asked for in a room, for « suite »."""

    person: str = Field(primary_key=True)
    room_id: str = Field(primary_key=True)
    query: str = Field(sa_type=Text)
    shown: int
    at: datetime = instant()


class Acronym(SQLModel, table=True):
    """An entry of the glossary that the team added, or put right."""

    folded: str = Field(primary_key=True)
    name: str
    text: str = Field(sa_type=Text)
    person: str
    at: datetime = instant()


class LinkRequest(SQLModel, table=True):
    """Somebody recommends what a message of the room points to: only its link is read, by a task.
    The row goes with the answer.
    """

    __tablename__ = "linkwish"

    event_id: str = Field(primary_key=True)
    said_event: str
    room_id: str
    person: str
    name: str  # as displayed
    direct: bool = False  # said in private
    offered: str = ""  # a room where the card may be shown besides
    why: str = Field(default="", sa_type=Text)
    theme: str = ""
    thread: str | None = None
    at: datetime = instant()


class ImportRequest(SQLModel, table=True):
    """A file of resources that the team posted: read by a task."""

    __tablename__ = "importwish"

    event_id: str = Field(primary_key=True)
    file_event: str
    room_id: str
    person: str
    at: datetime = instant()
    status: str = Field(default="asked", index=True)  # asked | seen


class Meeting(SQLModel, table=True):
    """A meeting of the network, which people call by its quarter (« T4 »)."""

    __table_args__: ClassVar[Any] = ({"sqlite_autoincrement": True},)

    id: int = Field(default=None, primary_key=True)
    event_id: str = Field(unique=True)  # of the command that entered it: its name for what happens by itself
    name: str = Field(unique=True)  # "2026-T4"
    uid: str  # its calendars' own name of it, for good (RFC 5545 § 3.8.4.7)
    title: str = Field(default="", sa_type=Text)
    kind: str = ""  # thematic | general
    starts_at: datetime = instant(index=True)
    ends_at: datetime = instant()
    place: str = Field(default="", sa_type=Text)
    town: str = ""
    access: str = Field(default="", sa_type=Text)
    video: str = Field(default="", sa_type=Text)  # a link
    programme: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    visit: str = Field(default="", sa_type=Text)
    social: str = Field(default="", sa_type=Text)
    capacity: int | None = None
    answer_by: datetime | None = instant(nullable=True)
    contact: str = ""
    actors: str = Field(default="", sa_type=Text)  # to which others it is open
    status: str = Field(default="draft", index=True)  # draft | planned | announced | cancelled
    reason: str = Field(default="", sa_type=Text)  # why it is cancelled
    # where it is announced
    rooms: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    author: str
    sequence: int = 0  # of its calendar file (RFC 5546 § 2.1.4)
    revision: int = 0  # of its date: answers to an earlier one are to be confirmed
    # what was changed and not announced: field, before
    pending: dict[str, str] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    pending_at: datetime | None = instant(nullable=True)  # when the last of these was changed
    poll_id: int | None = Field(default=None, foreign_key="poll.id")
    # once who answered what is forgotten
    counts: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))


class Attendance(SQLModel, table=True):
    """One act of answering that stands. Kept 12 months after the meeting, then only the counts."""

    __table_args__: ClassVar[Any] = (Index("ix_attendance_meeting_person", "meeting_id", "person"),)

    event_id: str = Field(primary_key=True)
    meeting_id: int = Field(foreign_key="meeting.id")
    person: str = Field(index=True)
    name: str = ""  # as displayed
    at: datetime = instant()
    way: str  # tap | text | team
    answer: str  # yes | remote | maybe | no
    party: int = 1  # people, themselves included
    others: str = Field(default="", sa_type=Text)  # who comes with them
    revision: int = 0  # of the meeting's date that it answers
    by: str = ""  # somebody of the team, in their place


class SeatRecord(SQLModel, table=True):
    """What somebody who wants to come has: a seat, an offer of one, or a rank in the line."""

    __tablename__ = "seat"

    meeting_id: int = Field(primary_key=True, foreign_key="meeting.id")
    person: str = Field(primary_key=True)
    party: int = 1
    state: str  # seated | offered | waiting
    since: datetime = instant()  # when they asked: their place in the line
    asked_by: str  # the event: their place among those of one instant
    offered_at: datetime | None = instant(nullable=True)
    expires_at: datetime | None = instant(nullable=True)
    offers: int = 0  # how many they let pass


class Need(SQLModel, table=True):
    """What somebody needs to come or to eat there: for the team, erased 7 days after."""

    meeting_id: int = Field(primary_key=True, foreign_key="meeting.id")
    person: str = Field(primary_key=True)
    kind: str = Field(primary_key=True)  # access | meal
    event_id: str  # of the message that tells it: taken back with it
    text: str = Field(sa_type=Text)
    at: datetime = instant()


class ReminderPreference(SQLModel, table=True):
    """Which reminders somebody accepts in private."""

    __tablename__ = "reminderwish"

    person: str = Field(primary_key=True)
    wish: str  # yes | eve | no
    at: datetime = instant()


class FollowUp(SQLModel, table=True):
    """Somebody was asked for their answer: once in a lifetime for a meeting."""

    __tablename__ = "relaunch"

    meeting_id: int = Field(primary_key=True, foreign_key="meeting.id")
    person: str = Field(primary_key=True)
    at: datetime = instant()


# --- members


class MemberTown(SQLModel, table=True):
    """The town that somebody says is theirs. Erased with them, and the night after they left every room."""

    __tablename__ = "membertown"

    person: str = Field(primary_key=True)
    town: str
    at: datetime = instant()


# --- silence, pairs, welcome


class Silence(SQLModel, table=True):
    """Somebody wants nothing in private. Kept until it ends."""

    person: str = Field(primary_key=True)
    since: datetime = instant()
    until: datetime | None = instant(nullable=True)  # None: until they say so


class PairMember(SQLModel, table=True):
    """Who takes part in the monthly pairs. Kept until they say no, or leave."""

    person: str = Field(primary_key=True)
    since: datetime = instant()
    silent_rounds: int = 0  # in a row, without an answer to « vous êtes-vous parlé ? »


class PairRound(SQLModel, table=True):
    """The pairs of a month. Kept: it names nobody."""

    month: str = Field(primary_key=True)  # "2026-12"
    drawn_at: datetime = instant()
    closed: bool = False
    pairs: int = 0
    met: int = 0  # pairs of which somebody said that they had talked


class PairSeat(SQLModel, table=True):
    """Who was in which pair (or trio) of a month: nobody is met twice while others are left.
    Kept as long as its person takes part.
    """

    month: str = Field(primary_key=True)
    person: str = Field(primary_key=True, index=True)
    number: int  # of the pair in its month
    state: str = "drawn"  # drawn | told | asked | met | missed


class Welcome(SQLModel, table=True):
    """Whether somebody was greeted, once in a lifetime. Kept 6 months after they left every room."""

    person: str = Field(primary_key=True)
    status: str = Field(index=True)  # known | waiting | greeted
    at: datetime = instant()  # when they are to be greeted, or were, or were first seen
    left_at: datetime | None = instant(nullable=True)  # when they were found in no room


# surveys


class Survey(SQLModel, table=True):
    """A questionnaire that people are asked in private, until it closes; then its results."""

    __table_args__: ClassVar[Any] = ({"sqlite_autoincrement": True},)

    id: int = Field(default=None, primary_key=True)
    event_id: str = Field(unique=True)  # of what opened it: its name for what happens by itself
    subject: str = Field(default="", index=True)  # what it is about, « meeting:12 »; "": the network
    title: str = Field(sa_type=Text)
    introduction: str = Field(default="", sa_type=Text)
    items: list[dict[str, Any]] = Field(sa_column=Column(JSON, nullable=False))
    # who is asked, until it closes; none: every member
    audience: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    author: str
    room_id: str | None = None  # where it is announced
    status: str = Field(default="draft", index=True)  # draft | open | closed | cancelled
    opens_at: datetime = instant()
    closes_at: datetime = instant(index=True)
    # no more than may be said
    result: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))


class SurveyAnswer(SQLModel, table=True):
    """One person's answer to one item of a survey that is open, without who and when.
    The digest is of both: without its key, two answers of one person have nothing in common.
    """

    __table_args__: ClassVar[Any] = ({"sqlite_with_rowid": False},)

    survey_id: int = Field(primary_key=True, foreign_key="survey.id")
    digest: str = Field(primary_key=True)
    item: str
    choices: list[int] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))  # from 0
    text: str = Field(default="", sa_type=Text)
    receipt: str = Field(default="", index=True)  # digest of the message that said it


class SurveyProgress(SQLModel, table=True):
    """How far somebody is in a survey that is open, without who."""

    __table_args__: ClassVar[Any] = ({"sqlite_with_rowid": False},)

    survey_id: int = Field(primary_key=True, foreign_key="survey.id")
    digest: str = Field(primary_key=True)
    at: str = ""  # the item that is asked
    answered: bool = False  # something, whatever
    finished: bool = False


class SurveyText(SQLModel, table=True):
    """What somebody wrote in a survey that is closed: in no order, without who and when. Kept 180 days.
    Its number is what the team calls it by.
    """

    __table_args__: ClassVar[Any] = ({"sqlite_autoincrement": True},)

    id: int = Field(default=None, primary_key=True)
    survey_id: int = Field(foreign_key="survey.id", index=True)
    item: str
    text: str = Field(sa_type=Text)
    theme: str = ""  # the group that the team put it in
    shown: bool = False


class SurveyRequest(SQLModel, table=True):
    """What the team asked of a survey and a task does: to read a questionnaire that was posted as a file,
    to typeset its results.
    """

    event_id: str = Field(primary_key=True)
    kind: str = "file"  # file | report | publication
    file_event: str = ""
    survey_id: int | None = Field(default=None, foreign_key="survey.id")
    question: int = 0  # of a report: one question of it; 0: the whole
    language: str = ""  # of a report
    publisher: str = ""
    room_id: str
    person: str
    closes_at: datetime | None = instant(nullable=True)
    at: datetime = instant()
    status: str = Field(default="asked", index=True)  # asked | seen


# --- quarter


class QuarterStep(SQLModel, table=True):
    """A step of a round (« 2027-03 »: the meeting of March by the rhythm), proposed to the team once."""

    __tablename__ = "quarterstep"

    round: str = Field(primary_key=True)
    step: str = Field(
        primary_key=True
    )  # dates | theme | entry | announce; rest: the round rests, and says so
    status: str  # proposed | done | skipped
    at: datetime = instant()
    person: str = ""  # of the team, who tapped
    poll_id: int | None = Field(default=None, foreign_key="poll.id")
    meeting_id: int | None = Field(default=None, foreign_key="meeting.id")
    # what was shown: days, choices, or the meeting that would be announced
    data: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))


class AvoidedDay(SQLModel, table=True):
    """A day on which the team wants no meeting: another network has its own. Erased once it is past."""

    __tablename__ = "avoidedday"

    day: date = Field(primary_key=True)
    why: str = Field(default="", sa_type=Text)


class HostOffer(SQLModel, table=True):
    """Somebody offers to host a meeting. Kept until it is taken, 12 months at most."""

    __tablename__ = "hostoffer"
    __table_args__: ClassVar[Any] = ({"sqlite_autoincrement": True},)

    id: int = Field(default=None, primary_key=True)
    event_id: str = Field(unique=True)
    person: str = Field(index=True)
    name: str = ""  # as said in the open
    town: str = ""
    place: str = Field(default="", sa_type=Text)
    capacity: int | None = None
    month: int | None = None  # 1 to 12; none: any
    at: datetime = instant()
    status: str = Field(default="open", index=True)  # open | taken
    meeting_id: int | None = Field(default=None, foreign_key="meeting.id")  # that took it


class CoHost(SQLModel, table=True):
    """Who co-animates a meeting, or was asked to. Kept 12 months after it."""

    __tablename__ = "cohost"

    meeting_id: int = Field(primary_key=True, foreign_key="meeting.id")
    person: str = Field(primary_key=True, index=True)
    name: str = ""
    state: str  # volunteer | asked | accepted | declined | silent
    at: datetime = instant()
    reminded: bool = False
    event_id: str = ""  # of a volunteer: what said so


class Availability(SQLModel, table=True):
    """How much time somebody would give to the network. Kept 12 months."""

    person: str = Field(primary_key=True)
    name: str = ""
    minutes: int
    every: str  # month | quarter | year
    at: datetime = instant()
    event_id: str = ""  # what said so


class AgendaPoint(SQLModel, table=True):
    """A point that somebody proposes for a meeting's programme. Erased 6 months after it."""

    __tablename__ = "agendapoint"
    __table_args__: ClassVar[Any] = ({"sqlite_autoincrement": True},)

    id: int = Field(default=None, primary_key=True)
    event_id: str = Field(unique=True)
    meeting_id: int = Field(foreign_key="meeting.id", index=True)
    person: str
    name: str = ""
    text: str = Field(sa_type=Text)
    room_id: str
    at: datetime = instant()
    status: str = "open"  # open | taken | withdrawn


class PointVoice(SQLModel, table=True):
    """Somebody supports a point: 👍, while it stands."""

    __tablename__ = "pointvoice"

    event_id: str = Field(primary_key=True)
    point_id: int = Field(foreign_key="agendapoint.id", index=True)
    person: str
    at: datetime = instant()


class TourRequest(SQLModel, table=True):
    """Somebody asked where the network has met: the picture is drawn by a task. The row goes with it."""

    __tablename__ = "tourwish"

    event_id: str = Field(primary_key=True)
    room_id: str
    person: str
    direct: bool = False
    language: str = ""
    drawn: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    at: datetime = instant()


# --- the day of a meeting, and after it


class RollCall(SQLModel, table=True):
    """The roll call of a meeting, on its day. Who was there: CheckIn."""

    meeting_id: int = Field(primary_key=True, foreign_key="meeting.id")
    day: date  # that the meeting had: one that has moved since was not held then
    word: str  # said in the room
    choices: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))  # to tap
    opened_at: datetime = instant()
    closes_at: datetime = instant(index=True)
    told: bool = False  # that it is closed
    evaluated: bool = False  # who was there has been asked what they thought
    # once who was there is forgotten
    counts: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))


class CheckIn(SQLModel, table=True):
    """Somebody was there. Kept 12 months after the meeting, then only the counts."""

    meeting_id: int = Field(primary_key=True, foreign_key="meeting.id")
    person: str = Field(primary_key=True)  # a Matrix id; "name:…", folded, of who has no account
    name: str  # as displayed
    at: datetime = instant()
    way: str  # word | tap | team
    remote: bool = False
    by: str = ""  # somebody of the team, who added them
    event_id: str = Field(index=True)  # the act: taken back with it
    number: str = Field(unique=True)  # of their attestation
    removed: bool = False  # by the team: no act of theirs brings it back


class CheckInTry(SQLModel, table=True):
    """Wrong words that somebody tried: against guessing. Kept until the roll call closes."""

    meeting_id: int = Field(primary_key=True, foreign_key="meeting.id")
    person: str = Field(primary_key=True)
    tries: int = 0


class PaperRequest(SQLModel, table=True):
    """A paper about a meeting that somebody asked for, until a task has it made: an attestation, the report
    with its picture, or minutes to be read from the file that they posted.
    """

    __tablename__ = "paperwish"

    event_id: str = Field(primary_key=True)
    kind: str = Field(index=True)  # attestation | report | minutes
    meeting_id: int = Field(foreign_key="meeting.id")
    person: str
    room_id: str
    direct: bool = False
    content: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    at: datetime = instant()


class Minutes(SQLModel, table=True):
    """The minutes of a meeting, where they are: a link, or a file that was posted."""

    meeting_id: int = Field(primary_key=True, foreign_key="meeting.id")
    link: str = Field(default="", sa_type=Text)
    file: str = ""  # its name
    at: datetime = instant()


class Action(SQLModel, table=True):
    """What somebody is to do after a meeting. Kept 6 months after it is over, 12 after the meeting."""

    __table_args__: ClassVar[Any] = ({"sqlite_autoincrement": True},)

    id: int = Field(default=None, primary_key=True)
    event_id: str = Field(unique=True)  # of the command
    meeting_id: int = Field(foreign_key="meeting.id", index=True)
    person: str = Field(default="", index=True)  # "": without an account
    name: str
    text: str = Field(sa_type=Text)
    before: date | None = None
    status: str = Field(default="open", index=True)  # open | done | dropped
    at: datetime = instant()
    next_at: datetime = instant(index=True)  # of the next reminder
    closed_at: datetime | None = instant(nullable=True)
    closed_event: str = ""  # the tap or the command that says it is over: taken back with it


class DayLink(SQLModel, table=True):
    """A message with a link, said in a room of a meeting on its day; then the link, proposed to the team.
    Kept 30 days.
    """

    event_id: str = Field(primary_key=True)
    meeting_id: int = Field(foreign_key="meeting.id", index=True)
    room_id: str
    at: datetime = instant()
    due_at: datetime = instant()  # the next morning
    link: str = Field(default="", sa_type=Text)  # once it is proposed
    number: int = 0  # as it is proposed
    status: str = Field(default="said", index=True)  # said | proposed | kept


# tickets: questions to the contact and to the network


class Ticket(SQLModel, table=True):
    """A numbered question to the contact or to the network. Kept 12 months.

    Of one without a name, nothing here tells whose it is to who has not the key (storage.sealing): `asker` is
    sealed and goes when it is closed, `event_id` is a digest, `asked_at` a day.
    """

    __table_args__: ClassVar[Any] = ({"sqlite_autoincrement": True},)

    id: int = Field(default=None, primary_key=True)
    event_id: str = Field(unique=True)  # of the message that asks
    kind: str  # contact | help
    text: str = Field(sa_type=Text)
    asker: str = Field(default="", sa_type=Text)
    anonymous: bool = False
    name: str = ""  # as relayed: « Noa »
    town: str = ""
    theme: str = ""
    # where its card is; a question to the contact may be shown to the network too
    room_id: str = ""
    status: str = Field(default="open", index=True)  # open | answered | closed | withdrawn
    asked_at: datetime = instant(index=True)
    post_at: datetime | None = instant(nullable=True, index=True)  # when its card is due, until it is there
    promised_at: datetime = instant()
    # how far it was passed on, and when it goes further unless it is answered
    step: int = 0
    next_step: datetime | None = instant(nullable=True, index=True)
    assignee: str = ""
    assignee_name: str = ""
    answered_at: datetime | None = instant(nullable=True)  # the first time
    # its asker agreed: what becomes of its answer, a card ("") or an entry of the glossary (its acronym)
    publish_as: str = ""
    publish_at: datetime | None = instant(nullable=True, index=True)  # until that is done


class TicketMessage(SQLModel, table=True):
    """An answer to a ticket, or more from its asker. Kept with it."""

    __table_args__: ClassVar[Any] = ({"sqlite_autoincrement": True},)

    id: int = Field(default=None, primary_key=True)
    ticket_id: int = Field(foreign_key="ticket.id", index=True)
    event_id: str = Field(unique=True)  # of an asker without a name, its digest
    kind: str  # answer | note
    person: str = ""  # who answers; "" for the asker
    name: str = ""
    text: str = Field(default="", sa_type=Text)  # "" when taken back
    at: datetime = instant()
    post_at: datetime | None = instant(nullable=True, index=True)  # of a note: when the team is to read it


class SealedMail(SQLModel, table=True):
    """A private message that is due, known by a digest: to whom and about what is sealed.
    The row goes when it is posted.
    """

    id: str = Field(primary_key=True)
    due_at: datetime = instant(index=True)
    content: str = Field(sa_type=Text)


class Skill(SQLModel, table=True):
    """What somebody says they know: a theme's id, or an acronym as folded."""

    person: str = Field(primary_key=True)
    topic: str = Field(primary_key=True)
    at: datetime = instant()


class Solicitation(SQLModel, table=True):
    """Somebody was asked in private whether they can help with a ticket. Kept with it."""

    ticket_id: int = Field(primary_key=True, foreign_key="ticket.id")
    person: str = Field(primary_key=True)
    at: datetime = instant(index=True)


class Absence(SQLModel, table=True):
    """The contact is away, the last day included; who stands in."""

    __table_args__: ClassVar[Any] = ({"sqlite_autoincrement": True},)

    id: int = Field(default=None, primary_key=True)
    first: date
    last: date = Field(index=True)
    relay: str = ""  # their Matrix id, when they are of the team
    relay_name: str = ""


# experiences: feedback from practice


class Experience(SQLModel, table=True):
    """Somebody tells an experience, or was asked to. A draft untouched for 30 days is erased, what is
    published is a resource.
    """

    __table_args__: ClassVar[Any] = ({"sqlite_autoincrement": True},)

    id: int = Field(default=None, primary_key=True)
    person: str = Field(index=True)
    name: str = ""
    town: str = ""
    about: str = Field(default="", sa_type=Text)  # what the team would like to read
    answers: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    events: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))  # that say them
    files: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))  # their events
    room_id: str = ""  # the private room where it is told
    status: str = Field(default="draft", index=True)  # asked | draft | files | published
    at: datetime = instant(index=True)
    resource_id: int | None = None
