"""What is to be said or done, as a handler or a job puts it."""

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import Any

from bot.outbox.question import Ask
from bot.text import Say
from storage import outbox


class Rank(IntEnum):
    """Who goes first in a room."""

    ANSWER = 0
    ANNOUNCEMENT = 1
    BOOKKEEPING = 2


@dataclass(frozen=True, kw_only=True)
class Cause:
    """What makes the bot speak: an event id, or a job and its occurrence; its moment;
    the thread that the event is in, if it is in one. `by`: whose words or gesture it is; "": nobody's.
    """

    id: str
    at: datetime
    thread: str | None = None
    by: str = ""


def answer_key(event_id: str) -> str:
    """The key of the answer to this event, so that a correction edits it."""
    return outbox.ANSWER + event_id


@dataclass(frozen=True, kw_only=True)
class Asker:
    """Who is answered. `direct`: `room` is private. `reply_to`: the event that a new answer replies to.

    `unquoted`: without showing it. `sealed`: what is said is kept encrypted, and not once it is sent.
    """

    person: str
    room: str
    direct: bool = False
    reply_to: str | None = None
    unquoted: bool = False
    thread: str | None = None
    sealed: bool = False


MOST_LISTED = (
    40  # rows of a file that its message says too, in words: clients scan a file before they show it
)


@dataclass(frozen=True, kw_only=True)
class File:
    """What comes with a message. A picture has its size in pixels, and what it shows in words (`alt`)."""

    name: str
    data: bytes
    mimetype: str = "text/plain"
    alt: str = ""
    width: int = 0
    height: int = 0

    def content(self) -> dict[str, Any]:
        """m.file, or m.image, whose `body` clients read aloud and show where a picture cannot be."""
        info: dict[str, Any] = {"mimetype": self.mimetype, "size": len(self.data)}
        shared = {"filename": self.name, "info": info, "m.mentions": {}}
        if not self.mimetype.startswith("image/"):
            return {"msgtype": "m.file", "body": self.name, **shared}
        info |= {"w": self.width, "h": self.height}
        return {"msgtype": "m.image", "body": self.alt or self.name, **shared}


@dataclass(frozen=True, kw_only=True)
class Child:
    """An event of its own under a message, in the same post:
    an editable message under `key`, which is not counted as an announcement.
    """

    type: str
    content: dict[str, Any]
    key: str


@dataclass(frozen=True, kw_only=True)
class Post:
    """One thing to say. `room`: a room id, or `person`: in private, with that Matrix id.

    `reply_to`: the event it answers; `unquoted`: without showing that one again.
    `key` makes it an editable message: posting the key again edits it. `at`: not before. `until`: not after;
    dropped then, and the team told. `urgent`: somebody asked just now, so neither office hours nor the daily
    budget hold an announcement. `content` replaces `say` for events that are no text (with `type`).
    `references`: the key of the editable message it refers to (m.reference). `reactions`: put under it for
    people to tap. `children`: what follows it. `delete`: redacts what stands under `key`, and its files.
    `ask`: a question to the person `asked_to`, which is then what is said; in a room that is known. `sealed`:
    nobody can read in the database what is said to whom; its text is gone from there once it is sent.
    """

    say: Say | None = None
    room: str | None = None
    person: str | None = None
    rank: Rank = Rank.ANNOUNCEMENT
    key: str | None = None
    at: datetime | None = None
    until: datetime | None = None
    urgent: bool = False
    title: str = ""
    reply_to: str | None = None
    unquoted: bool = False
    thread: str | None = None
    mentions: tuple[str, ...] = ()
    reactions: tuple[str, ...] = ()
    files: tuple[File, ...] = ()
    children: tuple[Child, ...] = ()
    references: str | None = None
    delete: bool = False
    type: str = "m.room.message"
    content: dict[str, Any] | None = None
    ask: Ask | None = None
    asked_to: str = ""
    sealed: bool = False

    @property
    def confidential(self) -> bool:
        """Its body is erased here once it is sent."""
        return self.sealed or (self.ask is not None and self.ask.confidential)
